import CFaultVFS
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateSQLite
import Foundation

/// The ledger of a worker: a file, or a PostgreSQL database if the place is an address.
enum WorkerLedger {
    static func isAddress(_ place: String) -> Bool { place.hasPrefix("postgres://") }

    /// Opens a ledger without housekeeping.
    static func open(_ place: String) async throws -> any SQLLedger {
        guard isAddress(place) else { return try await SQLiteLedger.open(place, trace: nil) }
        #if Postgres
        return try await patiently { try await PostgresLedger.open(place) }
        #else
        throw WithoutPostgres()
        #endif
    }

    /// Opens a ledger as a server does.
    ///
    /// In a file, on a disk that records its writes in the file that FAREGATE_DISK names.
    static func openAsServer(
        _ place: String, clock: any WallClock, observer: @escaping Ledger.Observer
    ) async throws -> any SQLLedger {
        guard isAddress(place) else { return try await openFile(place) }
        #if Postgres
        let ledger = try await patiently { try await Ledger.postgres(place, clock: clock, observer: observer) }
        guard let postgres = ledger.postgres else { throw WithoutPostgres() }
        return postgres
        #else
        throw WithoutPostgres()
        #endif
    }

    static func performHousekeeping(of ledger: any SQLLedger) async {
        #if Postgres
        await (ledger as? PostgresLedger)?.performHousekeeping()
        #endif
    }

    private static func openFile(_ path: String) async throws -> SQLiteLedger {
        guard let record = ProcessInfo.processInfo.environment["FAREGATE_DISK"] else {
            return try await SQLiteLedger.open(path)
        }
        guard let disk = fault_disk_make("recording"), fault_disk_record(disk, record) else { throw Load.Failed() }
        fault_disk_set_sync_time(disk, 200)
        return try await SQLiteLedger.open(path, access: FileAccess(vfs: "recording"), trace: nil)
    }

    #if Postgres
    /// Tries for half a minute, because the server may be restarting.
    private static func patiently<Value>(_ open: () async throws -> Value) async throws -> Value {
        for _ in 0..<60 {
            do { return try await open() } catch let error as LedgerError where error.code == .failed {
                try await Task.sleep(for: .milliseconds(500))
            }
        }
        return try await open()
    }
    #endif

    private struct WithoutPostgres: Error, CustomStringConvertible {
        let description = "this LedgerWorker was built without PostgreSQL; build it with: swift build --traits Postgres"
    }
}
