extension Ledger {
    /// The open calls of an action.
    package struct OpenCallCount: Sendable, Hashable, Encodable {
        package let action: String
        package let calls: Int64

        package init(action: String, calls: Int64) { (self.action, self.calls) = (action, calls) }
    }
}
