import Faregate
import FaregateBooks
import FaregateTesting
import Foundation

/// `LedgerWorker order-check PLACE LOG…`: searches for an order of the calls that `LedgerWorker order-calls` recorded.
/// The ledger's tables say which of the lost charges were made, and whether a charge was made that nobody asked for.
enum OrderCheck {
    /// A charge in the ledger's tables.
    private struct Row {
        let id: ChargeID
        let account: String
        let member: String?
        let action: String
        let credits: Int64
        let at: Int64
    }

    static func run(_ arguments: [String]) async throws {
        guard arguments.count >= 2 else {
            print("usage: LedgerWorker order-check PLACE LOG…")
            exit(2)
        }
        var calls = try arguments.dropFirst().flatMap(Order.calls)
        let ledger = try await WorkerLedger.open(arguments[0])
        let report = try await ledger.audit(with: nil) { _ in }
        let rows = try await charges(of: ledger)
        await ledger.close()
        guard report.differences.isEmpty else { throw Order.Failed(what: "audited: \(report.differences)") }
        let told = Set(calls.compactMap { $0.answer.kind == "held" ? $0.answer.charge : nil })
        let missing = told.subtracting(rows.map(\.id))
        guard missing.isEmpty else { throw Order.Failed(what: "charges were told of and aren't there: \(missing)") }
        for row in rows where !told.contains(row.id) { try give(row, toOneOf: &calls) }
        try CallOrder.check(calls)
        print("order: \(calls.count) calls, \(calls.count { $0.isLost }) of them lost")
    }

    private static func charges(of ledger: any SQLLedger) async throws -> [Row] {
        try await ledger.read { database throws(SQLError) in
            try database.rows(
                """
                SELECT charges.id, accounts.name, members.name, prices.action, charges.quoted, charges.created_at
                FROM charges JOIN accounts ON accounts.id = charges.account_id
                    JOIN prices ON prices.id = charges.price_id LEFT JOIN members ON members.id = charges.member_id
                ORDER BY charges.id
                """
            ) {
                Row(
                    id: ChargeID(rawValue: $0.integer(0)), account: $0.text(1), member: $0.optionalText(2),
                    action: $0.text(3), credits: $0.integer(4), at: $0.integer(5)
                )
            }
        }
    }

    /// Notes the number of a charge at a lost call that made it.
    private static func give(_ row: Row, toOneOf calls: inout [RecordedCall]) throws {
        let index = calls.firstIndex { call in
            guard call.isLost, call.answer.charge == nil, call.account?.rawValue == row.account,
                call.now.rawValue == row.at, case .charge(let credits, let action, let member, _, _) = call.act
            else { return false }
            return (credits, action, member) == (row.credits, row.action, row.member)
        }
        guard let index else {
            throw Order.Failed(what: "charge \(row.id) of \(row.account) was made, and no call that was lost made it")
        }
        calls[index].answer.charge = row.id
    }
}
