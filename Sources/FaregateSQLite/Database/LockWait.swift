import CSQLite
import FaregateBooks
import Foundation

/// How a connection waits for another process's lock: it tries again every fraction of a millisecond until
/// its time is over.
///
/// SQLite's own [busy timeout](https://www.sqlite.org/c3ref/busy_timeout.html) tries only every 100 ms after a few
/// tries. A process under load releases its lock for microseconds only: a try every 100 ms can miss that for seconds.
final class LockWait {
    /// The pause between two tries, in microseconds: random, so that two processes don't keep missing each other.
    private static let pause: ClosedRange<UInt32> = 50...350

    private let timeoutNanoseconds: UInt64
    private var start: UInt64 = 0

    init(timeoutMilliseconds: Int32) { timeoutNanoseconds = UInt64(max(0, timeoutMilliseconds)) * 1_000_000 }

    /// Makes the connection wait like this, as long as this object lives.
    func install(on handle: OpaquePointer) {
        sqlite3_busy_handler(
            handle,
            { context, tries in
                guard let context else { return 0 }
                return Unmanaged<LockWait>.fromOpaque(context).takeUnretainedValue().triesAgain(after: tries) ? 1 : 0
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    /// Tries again when SQLite reports a lock without waiting, which it does when waiting could deadlock.
    func insist(on work: () throws(SQLError) -> Void) throws(SQLError) {
        var tries: Int32 = 0
        while true {
            do throws(SQLError) {
                return try work()
            } catch let error where error.primaryCode == SQLITE_BUSY {
                guard triesAgain(after: tries) else { throw error }
                tries += 1
            }
        }
    }

    private func triesAgain(after tries: Int32) -> Bool {
        if tries == 0 { start = nanosecondsNow() }
        guard nanoseconds(since: start) < timeoutNanoseconds else { return false }
        usleep(UInt32.random(in: LockWait.pause))
        return true
    }
}
