/// The plan that an account is taken to be on.
public struct AssumedPlan: Sendable, Hashable {
    /// Nil for none.
    public let name: String?

    public init(_ name: String?) {
        self.name = name
    }
}
