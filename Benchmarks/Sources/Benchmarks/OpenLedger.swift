import Faregate
import FaregateSQLite
import Foundation
import Workload

/// A ledger with the calls that are made on it.
struct OpenLedger {
    static let smallAccounts = 1000

    let calls: GatedCalls
    let accounts: Int
    /// What was spent when this began, in credits.
    private let spentBefore: Int

    static func small(in folder: String) async throws -> OpenLedger {
        let ledger = try await SQLiteLedger.open(folder + "/small.faregate")
        let calls = try GatedCalls(ledger: ledger, workload: Workload(accounts: smallAccounts))
        try await calls.openAccounts()
        return OpenLedger(calls: calls, accounts: smallAccounts, spentBefore: 0)
    }

    static func large(in folder: String, accounts: Int) async throws -> OpenLedger {
        let path = folder + "/large.faregate"
        say("making a ledger of \(accounts) accounts and \(10 * accounts) lines")
        try await LargeLedger.make(path: path, accounts: accounts, lines: 10 * accounts)
        let spentBefore = BareDatabase(path: path).integers(LargeLedger.sums)[0]
        let ledger = try await SQLiteLedger.open(path)
        let calls = try GatedCalls(ledger: ledger, workload: Workload(accounts: accounts, draws: 1 << 20))
        return OpenLedger(calls: calls, accounts: accounts, spentBefore: spentBefore)
    }

    func close() async -> LedgerAfterwards {
        await calls.ledger.close()
        let spent = spentBefore + calls.calls * Workload.cost
        return LedgerAfterwards(path: calls.ledger.path, accounts: accounts, spent: spent)
    }
}
