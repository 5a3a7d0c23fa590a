extension Policy.Files {
    /// A policy that was read without mistakes, and the warnings about its files.
    public struct LoadedPolicy: Sendable {
        public let policy: Policy
        public let warnings: [Policy.Diagnostic]
    }
}
