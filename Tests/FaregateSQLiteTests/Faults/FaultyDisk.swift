import CFaultVFS
import CSQLite
import Foundation
import TestSupport
import Testing

/// A disk that a test makes fail.
///
/// `@unchecked Sendable`: every function behind the pointer takes the disk's own mutex.
final class FaultyDisk: @unchecked Sendable {
    let name = "faulty-\(UUID().uuidString)"
    private let disk: OpaquePointer

    /// - Parameters:
    ///   - isRecording: whether it remembers all that is done to it, so that its power can be cut.
    ///   - file: where it remembers it together with those of other processes.
    init(isRecording: Bool = false, in file: String? = nil) throws {
        guard let disk = fault_disk_make(name) else { throw TestFailure("the faulty disk can't be made") }
        self.disk = disk
        guard isRecording, !fault_disk_record(disk, file) else { return }
        throw TestFailure("there is no room for what a disk remembers")
    }

    deinit { fault_disk_free(disk) }

    /// How many operations of the kind that it was armed for it has counted since then.
    var operations: Int64 { fault_disk_seen(disk) }
    /// How many operations have failed since it was armed.
    var failures: Int64 { fault_disk_failures(disk) }
    /// How many files hold a write that no sync has followed.
    var unsyncedFiles: Int64 { fault_disk_unsynced(disk) }

    var openFiles: Int64 { fault_disk_open_files(disk) }

    func arm(_ fault: Fault, at nth: Int64) {
        fault_disk_arm(disk, fault.operations, nth, fault.code, fault.lasts)
    }

    /// Whoever begins to read or write waits, until the disk goes on; for 20 seconds at most.
    func stall() { fault_disk_block(disk, Int32(FAULT_SHM_LOCK | FAULT_READ | FAULT_WRITE)) }

    func goOn() { fault_disk_block(disk, 0) }

    /// No file can grow beyond that.
    func limit(toBytes bytes: Int64) { fault_disk_limit(disk, bytes) }

    /// The number that its files have for the system's latest error, until it is another.
    func setSystemError(_ number: Int32) { fault_disk_set_system_error(disk, number) }

    func makeReadOnly() { fault_disk_set_read_only(disk, true) }

    func mend() { fault_disk_mend(disk) }
}

/// The power of a disk that records.
extension FaultyDisk {
    /// The moment that is now: a number that grows with everything that is done.
    var moment: Int64 { fault_disk_moment(disk) }

    /// Puts into a folder what a power cut at that moment leaves of the files, under their own names. Nobody is
    /// disturbed.
    func cut(at moment: Int64, seed: UInt64, into folder: String) throws {
        guard fault_disk_cut(disk, moment, seed, folder) else { throw TestFailure("\(folder) can't be written") }
    }

    /// The nth sync of that file fails, once, and what it was to write never reaches the disk: later syncs succeed
    /// without.
    func lose(_ file: LosingFile, at nth: Int64) { fault_disk_lose(disk, file.flag, nth) }

    /// How long a sync takes, while others go on writing.
    func setSyncTime(microseconds: UInt32) { fault_disk_set_sync_time(disk, microseconds) }
}

/// Whose sync loses what it was to write.
enum LosingFile: Sendable, CaseIterable {
    case database, log

    fileprivate var flag: Int32 {
        switch self {
        case .database: Int32(FAULT_DATABASE)
        case .log: Int32(FAULT_LOG)
        }
    }
}

/// What goes wrong.
struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let operations: Int32
    let code: Int32
    /// Until the disk is mended; otherwise once.
    let lasts: Bool

    private init(_ what: String, _ operation: Int, _ code: Int32, lasts: Bool) {
        testDescription = what + (lasts ? ", and goes on failing" : " once")
        operations = Int32(operation)
        self.code = code
        self.lasts = lasts
    }

    /// As if the disk had been mounted anew, for reading only.
    static let writesForbidden = Fault("writing is forbidden", FAULT_WRITE, SQLITE_READONLY, lasts: true)

    static let aWriteFails = Fault("a write fails", FAULT_WRITE, input(3), lasts: false)

    static let aReadFails = Fault("a read fails", FAULT_READ, input(1), lasts: false)

    static let sharedMemoryIsMissing = Fault("the shared memory can't be mapped", FAULT_SHM_MAP, input(21), lasts: true)

    static let syncsFail = Fault("a sync fails", FAULT_SYNC, input(4), lasts: true)

    static let all = kinds(lasts: false) + kinds(lasts: true)

    private static func kinds(lasts: Bool) -> [Fault] {
        [
            Fault("a write fails", FAULT_WRITE, input(3), lasts: lasts),
            Fault("the disk is full", FAULT_WRITE, SQLITE_FULL, lasts: lasts),
            Fault("a sync fails", FAULT_SYNC, input(4), lasts: lasts),
            Fault("a read fails", FAULT_READ, input(1), lasts: lasts),
            Fault("a truncation fails", FAULT_TRUNCATE, input(6), lasts: lasts),
            Fault("a size can't be told", FAULT_FILE_SIZE, input(7), lasts: lasts),
            Fault("a file can't be opened", FAULT_OPEN, SQLITE_CANTOPEN, lasts: lasts),
            Fault("a file can't be deleted", FAULT_DELETE, input(10), lasts: lasts),
            Fault("a lock fails", FAULT_LOCK, input(15), lasts: lasts),
            Fault("the shared memory can't be mapped", FAULT_SHM_MAP, input(21), lasts: lasts),
            Fault("the shared memory can't be locked", FAULT_SHM_LOCK, input(20), lasts: lasts),
        ]
    }

    /// The extended codes of [SQLITE_IOERR](https://www.sqlite.org/rescode.html#ioerr), macros that Swift doesn't
    /// import.
    private static func input(_ number: Int32) -> Int32 { SQLITE_IOERR | number << 8 }
}
