import CSQLite
import Foundation

/// How a connection waits for a lock that another process has: it looks again every fraction of a millisecond, so long as
/// its time isn't over.
///
/// SQLite's own [busy timeout](https://www.sqlite.org/c3ref/busy_timeout.html) soon looks only every 100 ms. A process
/// under load releases its lock for microseconds only: looking every 100 ms can miss that for seconds.
final class LockWait {
    /// How long a look is put off, in microseconds: not evenly, or two processes could go on missing each other.
    private static let pause: ClosedRange<UInt32> = 50...350

    private let timeoutNanoseconds: UInt64
    private var start: UInt64 = 0

    init(timeoutMilliseconds: Int32) { timeoutNanoseconds = UInt64(max(0, timeoutMilliseconds)) * 1_000_000 }

    /// Has the connection wait like this, for as long as this object lives.
    func install(on handle: OpaquePointer) {
        sqlite3_busy_handler(
            handle,
            { context, looks in
                guard let context else { return 0 }
                return Unmanaged<LockWait>.fromOpaque(context).takeUnretainedValue().looksAgain(after: looks) ? 1 : 0
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    /// Tries again where SQLite reports a lock without waiting for it, as it does where waiting could be a deadlock.
    func insist(on work: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        var looks: Int32 = 0
        while true {
            do throws(SQLiteError) {
                return try work()
            } catch let error where error.primaryCode == SQLITE_BUSY {
                guard looksAgain(after: looks) else { throw error }
                looks += 1
            }
        }
    }

    private func looksAgain(after looks: Int32) -> Bool {
        if looks == 0 { start = nanosecondsNow() }
        guard nanoseconds(since: start) < timeoutNanoseconds else { return false }
        usleep(UInt32.random(in: LockWait.pause))
        return true
    }
}
