import Faregate
package import FaregateBooks
import Foundation

/// Compares the views for BI tools with what the ledger says of its charges and accounts.
extension SQLLedger {
    /// The rows of a query, each with its columns as text.
    package func viewRows(_ sql: String, columns: Int) async throws -> [[String]] {
        try await read { database throws(SQLError) in
            try database.rows(sql) { row in
                (0..<columns).map { row.optionalText($0) ?? "NULL" }
            }
        }
    }

    /// The differences between the views and the explanations and balances, at the present time.
    package func reportViewDifferences() async throws -> [String] {
        let now = SystemClock().now
        var differences = try await callDifferences()
        let names = try await viewRows("SELECT account FROM report_accounts ORDER BY account", columns: 1)
        if names.isEmpty { differences.append("no account") }
        for name in names.map({ $0[0] }) {
            guard let balance = try await balance(of: try AccountID(name), at: now) else {
                differences.append("\(name) has no balance")
                continue
            }
            let account = try await viewRows(
                """
                SELECT plan, CAST(remaining AS text), CAST(debt AS text), CAST(suspended_at AS text)
                FROM report_accounts WHERE account = '\(name)'
                """, columns: 4)
            let expected = [
                balance.plan ?? "NULL", "\(balance.remaining)", "\(balance.debt)",
                balance.suspendedAt.map { "\($0.rawValue)" } ?? "NULL",
            ]
            if account != [expected] { differences.append("\(name): \(account), not \(expected)") }
            let sums = try await viewRows(
                """
                SELECT CAST(sum(credits) AS text), CAST(sum(remaining) AS text), CAST(sum(expired) AS text)
                FROM report_grants WHERE account = '\(name)'
                """, columns: 3)
            let figures = ["\(balance.total)", "\(balance.remaining)", "\(balance.expired)"]
            if sums != [figures] { differences.append("grants of \(name): \(sums), not \(figures)") }
        }
        return differences
    }

    private func callDifferences() async throws -> [String] {
        let found = try await viewRows(
            """
            SELECT CAST(charge AS text), CAST(created_at AS text), account, member, action, plan, state,
                CAST(credits AS text), CAST(quoted AS text), rule, policy_version, CAST(closed_at AS text)
            FROM report_calls ORDER BY report_calls.charge
            """, columns: 12)
        let expected = try await explanations().map { call in
            [
                "\(call.charge)", "\(call.createdAt.rawValue)", call.account.rawValue, call.member ?? "NULL",
                call.action, call.plan ?? "NULL", call.state.rawValue, "\(call.cost.rawValue + call.debt.rawValue)",
                "\(call.quoted)", call.rule, call.policyVersion, call.closedAt.map { "\($0.rawValue)" } ?? "NULL",
            ]
        }
        return zip(found, expected).filter { $0 != $1 }.map { "\($0), not \($1)" }
            + (found.count == expected.count ? [] : ["\(found.count) calls, not \(expected.count)"])
    }
}

/// The views for BI tools, as the guide about operating a ledger documents them.
package struct DocumentedViews {
    /// The columns of each view, in order.
    package let columns: [String: [String]]
    private let guides: URL

    package init() throws {
        guides =
            URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Faregate/Faregate.docc").standardized
        let text = try String(contentsOf: guides.appending(path: "OperatingALedger.md"), encoding: .utf8)
        var columns: [String: [String]] = [:]
        for part in text.components(separatedBy: "\n### `").dropFirst() where part.hasPrefix("report_") {
            let name = String(part.prefix { $0 != "`" })
            let table = part.components(separatedBy: "\n#")[0]
            let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }
            columns[name] = rows.flatMap { row in
                row.split(separator: "|")[0].matches(of: /`(\w+)`/).map { String($0.1) }
            }
        }
        self.columns = columns
    }

    /// The blocks of SQL of a guide.
    package func queries(of guide: String) throws -> [String] {
        try String(contentsOf: guides.appending(path: "\(guide).md"), encoding: .utf8)
            .components(separatedBy: "```sql\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }
}
