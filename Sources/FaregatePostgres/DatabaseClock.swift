#if Postgres
import Faregate

/// The database's time, by which all servers agree on when a lease ends, although their own clocks differ.
///
/// It is read from the database now and then; in between it advances with the machine's continuous clock, which doesn't
/// step.
final class DatabaseClock: WallClock {
    /// This machine's clock.
    private let own: any WallClock
    /// The latest time of the database, and when it was read.
    private let reading = Mutex<(time: Timestamp, at: ContinuousClock.Instant)?>(nil)

    /// If the two clocks differ by at most this, this machine's clock is wrong, and the database's time is used. A
    /// larger difference is intended (a test sets its own clock), and the database's time is ignored.
    private static let largestErrorMilliseconds: Int64 = 60 * 60 * 1000

    static let statement = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"

    init(_ own: any WallClock) { self.own = own }

    /// The database's time; this machine's time before the database was first read, or if the two differ by more than
    /// ``largestErrorMilliseconds``.
    var now: Timestamp {
        let present = own.now
        guard let reading = reading.withLock({ $0 }) else { return present }
        let time = reading.time.advanced(by: ContinuousClock.now - reading.at)
        let error = time.milliseconds(since: present)
        return error.magnitude <= UInt64(DatabaseClock.largestErrorMilliseconds) ? time : present
    }

    func sleep(for duration: Duration) async throws { try await own.sleep(for: duration) }

    func note(databaseMilliseconds: Int64) {
        let reading = (time: Timestamp(rawValue: databaseMilliseconds), at: ContinuousClock.now)
        self.reading.withLock { $0 = reading }
    }
}
#endif
