import Faregate
import FaregateSQLite
import Foundation
import TestSupport

/// Every statement that a ledger runs while it serves calls, by the sources of its modules: a statement that somebody
/// adds is among them.
struct ServiceStatement: CustomStringConvertible {
    let sql: String
    let file: String

    var description: String { "\(file): \(sql)" }

    /// These read whole tables, and nobody waits for them: an audit, a repair, an archive (also the folder Archive),
    /// statistics, adopting a purchase, finding accounts and purchases by a word, a copy into another database (the
    /// folder Copying). The programs of charges are put together of parts and looked at as a whole, and a migration
    /// runs once.
    private static let leftOut = [
        "Audit", "Repair", "Archiv", "Adopting", "Erasing", "Statistics", "Finding", "ChargeProgram.swift",
        "LimitProgram.swift", "Schema",
    ]

    /// What the interpolations stand for.
    private static let interpolations: [String: [String]] = [
        #"\(Books.isForgotten)"#: [
            """
            EXISTS (
                SELECT 1 FROM event_orders JOIN billing ON billing.order_id = event_orders.order_id
                WHERE inbox_id = inbox.id AND forgotten_at IS NOT NULL)
            """
        ],
        #"\(Counter.maximumCount)"#: ["9007199254740991"],
        #"\(holders)"#: ["?1 IS NOT NULL", "coalesce(holders.alive_until, 0) < ?1"],
    ]

    private static let folders = ["FaregateBooks", "FaregateSQLite"].map {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/\($0)").standardized
    }

    static func all() throws -> [ServiceStatement] {
        let files = folders.flatMap {
            FileManager.default.enumerator(at: $0, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        }
        let sources =
            try files
            .filter { file in
                file.pathExtension == "swift" && !["/Copying/", "/Archive/"].contains { file.path.contains($0) }
                    && !leftOut.contains { file.lastPathComponent.contains($0) }
            }
            .sorted { $0.path < $1.path }
            .map {
                (
                    name: $0.lastPathComponent,
                    literals: SwiftLiterals.all(in: try String(contentsOf: $0, encoding: .utf8))
                )
            }
        // The ends of statements whose beginning is a constant: of the same file, or the purchases'.
        let purchases = sources.flatMap(\.literals).first { $0.hasPrefix("SELECT purchases.id, order_id") } ?? ""
        return sources.flatMap { source in
            let entries = source.literals.first { $0.hasPrefix("SELECT provider, event, type, body") }
            return source.literals.flatMap { literal in
                statements(literal, beginning: entries ?? purchases).map {
                    ServiceStatement(sql: $0, file: source.name)
                }
            }
        }
    }

    private static func statements(_ literal: String, beginning: String) -> [String] {
        let text = literal.trimmingCharacters(in: .whitespacesAndNewlines)
        func begins(with words: String...) -> Bool {
            words.contains { text.hasPrefix($0 + " ") || text.hasPrefix($0 + "\n") }
        }
        if begins(with: "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH") { return interpolated(text) }
        if begins(with: "WHERE", "ORDER BY", "GROUP BY", "JOIN") { return interpolated(beginning + "\n" + text) }
        return []
    }

    private static func interpolated(_ text: String) -> [String] {
        interpolations.reduce([text]) { texts, interpolation in
            texts.flatMap { text in
                text.contains(interpolation.key)
                    ? interpolation.value.map { text.replacing(interpolation.key, with: $0) } : [text]
            }
        }
    }
}

/// The programs of charges under all kinds of limits, each alone and all together.
func everyChargeProgram() -> [String] {
    var limits: [[LimitCheck]] = [[]]
    for scope in [Policy.Limit.Scope.account, .member, .action] {
        for isEnforced in [true, false] {
            let windows: [LimitCheck.Window] = [.calendar(from: newYear, until: .never), .rolling(milliseconds: 1)]
            limits += windows.map { window in
                [
                    LimitCheck(
                        name: "limit",
                        counter: "limit",
                        scope: scope,
                        max: 1,
                        window: window,
                        givesBack: true,
                        isEnforced: isEnforced
                    )
                ]
            }
        }
    }
    limits.append(limits.flatMap(\.self))
    return limits.flatMap { limits in
        let rule = Policy.Location(file: "policy.jsonc", line: 1, column: 1)
        let terms = ChargeTerms(action: "a", limits: limits, policyVersion: "v", rule: rule)
        return [(true, false), (false, false), (false, true)].flatMap { isFree, isSplit in
            [true, false].map {
                ChargeProgram.text(for: terms, isFree: isFree, hasKey: $0, checksPlan: $0, isSplit: isSplit)
            }
        }
    }
}
