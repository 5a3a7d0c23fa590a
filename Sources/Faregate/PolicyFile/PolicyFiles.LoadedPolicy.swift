extension PolicyFiles {
    /// A policy that was read without mistakes, and what there is to know about its files all the same.
    public struct LoadedPolicy: Sendable {
        public let policy: Policy
        public let warnings: [Policy.Diagnostic]
    }
}
