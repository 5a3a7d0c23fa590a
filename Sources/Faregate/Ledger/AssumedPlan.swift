/// The plan that a price assumes for an account.
package struct AssumedPlan: Sendable, Hashable {
    /// Nil for none.
    package let name: String?

    package init(_ name: String?) {
        self.name = name
    }
}
