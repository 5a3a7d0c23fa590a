import Faregate
import Foundation

/// What the limits of a charge counted, as the charge's row keeps it: JSON, an array per limit,
/// `[limit, scope, window's start or null, amount, gives back]`, the scope as in ``scopes``.
struct CountedLimit: Equatable {
    let limit: Int64
    let scope: Limit.Scope
    /// Nil for a rolling window.
    let windowStart: Int64?
    var amount: Int64
    let givesBack: Bool

    static let scopes: [Limit.Scope] = [.account, .member, .action]

    /// Reads what ``text(_:)`` writes.
    static func list(_ text: String?) -> [CountedLimit] {
        guard let text, let rows = try? JSONDecoder().decode([[Int64?]].self, from: Data(text.utf8)) else { return [] }
        return rows.compactMap { row in
            guard row.count == 5, let limit = row[0], let scope = row[1], let amount = row[3], let back = row[4],
                amount >= 0, scopes.indices.contains(Int(scope))
            else { return nil }
            return CountedLimit(
                limit: limit,
                scope: scopes[Int(scope)],
                windowStart: row[2],
                amount: amount,
                givesBack: back == 1
            )
        }
    }

    static func text(_ limits: [CountedLimit]) -> String? {
        guard !limits.isEmpty else { return nil }
        return "[\(limits.map(\.text).joined(separator: ","))]"
    }

    private var text: String {
        let scope = CountedLimit.scopes.firstIndex(of: scope) ?? 0
        let start = windowStart.map(String.init) ?? "null"
        return "[\(limit),\(scope),\(start),\(amount),\(givesBack ? 1 : 0)]"
    }
}
