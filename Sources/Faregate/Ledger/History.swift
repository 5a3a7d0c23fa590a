/// One page of an account's history, latest first.
public struct History: Sendable, Hashable, Codable {
    public package(set) var entries: [History.Entry]
    /// The cursor for the next page; nil on the last page.
    public let next: History.Cursor?

    package init(entries: [History.Entry], next: History.Cursor?) {
        self.entries = entries
        self.next = next
    }
}
