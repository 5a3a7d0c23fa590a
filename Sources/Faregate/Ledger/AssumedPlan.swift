/// The plan that an account is taken to be on.
package struct AssumedPlan: Sendable, Hashable {
    /// Nil for none.
    package let name: String?

    package init(_ name: String?) {
        self.name = name
    }
}
