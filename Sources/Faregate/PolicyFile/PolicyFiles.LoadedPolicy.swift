extension Policy.Files {
    /// A policy that was read without mistakes, and the warnings about its files.
    public struct LoadedPolicy: Sendable {
        public let policy: Policy
        /// The tests in the files. Only `faregate check` runs them.
        package let tests: [Policy.Test]
        public let warnings: [Policy.Diagnostic]
    }
}
