package import Faregate

/// A page of an account's history together with what people did and why, latest first. Only for people who look after
/// accounts: the names of colleagues are in it.
package struct NotedHistory: Encodable, Sendable {
    /// A change of the account's credits, or an action of a person that changed none.
    package struct Event: Encodable, Sendable, Equatable {
        package let at: Timestamp
        /// A kind of `History.Entry`, or `note`.
        package let kind: String
        /// The sum, if several grants paid or were refunded.
        package internal(set) var credits: Int64 = 0
        /// The change of the account's debt.
        package internal(set) var debt: Int64 = 0
        /// What the person did, such as `suspended`; nil for a change of credits.
        package internal(set) var done: String?
        package internal(set) var action: String?
        package internal(set) var member: String?
        package internal(set) var charge: ChargeID?
        package internal(set) var state: ChargeState?
        package internal(set) var source: GrantSource?
        package internal(set) var reason: String?
        /// The person; nil if no person did it.
        package internal(set) var by: String?
    }

    /// A position in the history. It stays valid when events are added.
    package struct Cursor: Sendable, Equatable {
        /// The last journal line that was shown; 0 for none.
        let line: Int64
        /// Notes with lower numbers are still to be shown; nil if there are none.
        let notesBefore: Int64?
    }

    package let entries: [Event]
    /// Nil on the last page.
    package let next: Cursor?

    /// Drops events before the moment; if it drops any, this is the last page.
    package func since(_ moment: Timestamp) -> NotedHistory {
        let later = Array(entries.prefix { $0.at >= moment })
        return NotedHistory(entries: later, next: later.count < entries.count ? nil : next)
    }
}

/// As text: the line, and the note's number if there is one, as in `4711` or `4711-12`.
extension NotedHistory.Cursor: Encodable, CustomStringConvertible {
    package init(parsing text: String) throws(InvalidInput) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard (1...2).contains(parts.count), let line = parts[0], line >= 0, parts.allSatisfy({ $0 != nil }) else {
            throw InvalidInput("this is not a cursor of a history page")
        }
        self.init(line: line, notesBefore: parts.count == 2 ? parts[1] : nil)
    }

    package var description: String { "\(line)" + (notesBefore.map { "-\($0)" } ?? "") }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
