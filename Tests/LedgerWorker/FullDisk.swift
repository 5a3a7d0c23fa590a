import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation

/// Charges one credit at a time while no file of this process can grow, and continues once files can grow again.
///
/// Prints how many charges were made before, refused while the disk was full, and made afterwards.
func chargeOnAFullDisk(_ path: String) async throws {
    signal(SIGXFSZ, SIG_IGN)
    let ledger = try await SQLiteLedger.open(path)
    let account: AccountID = "ana"
    let grant = try GrantRequest(account: account, credits: 1000, source: .purchase, reference: "order")
    _ = try await ledger.grant(grant, at: SystemClock().now)

    let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0
    // Leaves room for a few more charges.
    try limitFiles(toBytes: rlim_t(log + 50_000))
    let before = try await chargeUntilFull(account, on: ledger)
    let full = try await countFull(account, calls: 20, on: ledger)
    try limitFiles(toBytes: nil)
    let after = try await chargeTenTimes(account, on: ledger)
    await ledger.close()
    print("\(before) \(full) \(after)")
}

private func limitFiles(toBytes bytes: rlim_t?) throws {
    var limit = rlimit()
    getrlimit(fileSizeLimit, &limit)
    limit.rlim_cur = bytes ?? limit.rlim_max
    guard setrlimit(fileSizeLimit, &limit) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EINVAL) }
}

#if canImport(Glibc)
private let fileSizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
#else
private let fileSizeLimit = RLIMIT_FSIZE
#endif

/// True if the charge was made, false if the disk is full; any other error is thrown.
private func charge(_ account: AccountID, on ledger: SQLiteLedger) async throws -> Bool {
    let terms = ChargeTerms(
        action: "generate",
        policyVersion: "test",
        rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1)
    )
    let request = ChargeRequest(account: account, cost: 1, under: terms)
    do {
        guard case .held = try await ledger.charge(request, at: SystemClock().now) else { throw POSIXError(.EINVAL) }
        return true
    } catch let error as LedgerError where error.code == .full {
        return false
    }
}

private func chargeUntilFull(_ account: AccountID, on ledger: SQLiteLedger) async throws -> Int {
    for charged in 0..<1000 where try await !charge(account, on: ledger) { return charged }
    throw POSIXError(.EFBIG)
}

private func countFull(_ account: AccountID, calls: Int, on ledger: SQLiteLedger) async throws -> Int {
    try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<calls { group.addTask { try await charge(account, on: ledger) } }
        return try await group.reduce(0) { $0 + ($1 ? 0 : 1) }
    }
}

private func chargeTenTimes(_ account: AccountID, on ledger: SQLiteLedger) async throws -> Int {
    var charged = 0
    for _ in 0..<10 where try await charge(account, on: ledger) { charged += 1 }
    return charged
}
