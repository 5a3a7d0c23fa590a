/// A stretch of an account's history, latest first.
public struct History: Sendable, Hashable, Codable {
    public package(set) var entries: [History.Entry]
    /// Asks for the page after this one; nil on the last.
    public let next: History.Cursor?

    package init(entries: [History.Entry], next: History.Cursor?) {
        self.entries = entries
        self.next = next
    }
}
