import Faregate
import FaregateBooks
import FaregateTesting
import Foundation

/// `LedgerWorker told PLACE LOG…`: holds a ledger to what the workers of `LedgerWorker load` were told, after they have
/// ended. Then it refunds what the dead workers held, and looks whether everything is back.
enum ToldCheck {
    static func run(_ arguments: [String]) async throws {
        guard arguments.count >= 2 else {
            print("usage: LedgerWorker told PLACE LOG…")
            exit(2)
        }
        let log = LoadLog(try arguments.dropFirst().flatMap(lines))
        let ledger = try await WorkerLedger.open(arguments[0])
        var found = try await differences(ledger, log)
        found += try await ledger.audit(with: nil) { _ in }.differences.map { "the audit: \($0)" }
        let (recovered, remaining) = try await recover(ledger)
        found += remaining
        found += try await ledger.audit(with: nil) { _ in }.differences.map { "the audit after recovery: \($0)" }
        await ledger.close()
        guard found.isEmpty else { throw Order.Failed(what: found.joined(separator: "\n")) }
        print(
            """
            told: \(log.charged.count) charged, \(log.settled.count) settled, \(log.refunded.count) refunded, \
            \(log.recovered.count) recovered, \(log.late.count) settled late, \
            \(log.closedBefore.count) closed before, \(log.unavailable) refused as out of reach; \
            \(recovered) refunded at the end
            """
        )
    }

    /// The complete lines: the last one may have been cut short when its worker was killed.
    private static func lines(_ log: String) throws -> [String] {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
    }

    private static func differences(_ ledger: any SQLLedger, _ log: LoadLog) async throws -> [String] {
        let rows = try await ledger.read { database throws(SQLError) in
            try database.rows("SELECT id, state, quoted, cost FROM charges") {
                ($0.integer(0), LoadLog.Row(state: $0.integer(1), quoted: $0.integer(2), cost: $0.integer(3)))
            }
        }
        let successors = try await ledger.read { database throws(SQLError) in
            try database.rows("SELECT abandoned, charge_id FROM successors") { ($0.integer(0), $0.integer(1)) }
        }
        let twice = try await ledger.read { database throws(SQLError) in
            try database.rows(
                """
                SELECT attributes, count(*) FROM charges WHERE id NOT IN (SELECT charge_id FROM successors)
                GROUP BY attributes HAVING count(*) > 1
                """
            ) { "the call \($0.text(0)) was charged \($0.integer(1)) times" }
        }
        func dictionary<Value>(_ rows: [(Int64, Value)]) -> [Int64: Value] {
            Dictionary(rows, uniquingKeysWith: { first, _ in first })
        }
        return twice + log.differences(from: dictionary(rows), successors: dictionary(successors))
    }

    /// When all leases are over, everything that was held comes back.
    private static func recover(_ ledger: any SQLLedger) async throws -> (count: Int, differences: [String]) {
        let later = SystemClock().now.advanced(by: .seconds(600))
        let open = try await ledger.openCharges(at: later)
        let recovered = try await ledger.recover(at: later)
        var found: [String] = []
        if Set(recovered.map(\.id)) != Set(open.map(\.id)) {
            found.append("\(open.count) charges were open, and \(recovered.count) were refunded")
        }
        let left = try await ledger.openCharges(at: later)
        if !left.isEmpty { found.append("\(left.count) charges stay open") }
        let names = try await ledger.read { database throws(SQLError) in
            try database.rows("SELECT name FROM accounts") { $0.text(0) }
        }
        for name in names {
            guard let balance = try await ledger.balance(of: try AccountID(name), at: later) else {
                found.append("\(name) has no balance")
                continue
            }
            let sum = balance.remaining.rawValue + balance.used.rawValue + balance.expired.rawValue
            if balance.held != 0 || balance.total.rawValue != sum { found.append("\(name): \(balance)") }
        }
        return (recovered.count, found)
    }
}
