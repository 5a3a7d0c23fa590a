extension Policy {
    /// The policy files have mistakes, and were not loaded.
    public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
        /// At most 100 errors and 100 warnings, in the order of the files.
        public let diagnostics: [Policy.Diagnostic]
        /// How many diagnostics were left out.
        public let omittedCount: Int
        /// Whether a file or the folder is missing or can't be read, in contrast to files whose content has a mistake.
        package let isUnreadable: Bool

        init(diagnostics: [Policy.Diagnostic], omittedCount: Int, isUnreadable: Bool) {
            self.diagnostics = diagnostics
            self.omittedCount = omittedCount
            self.isUnreadable = isUnreadable
        }

        public var description: String {
            let more = omittedCount > 0 ? ["and \(omittedCount) more"] : []
            return (diagnostics.map(\.description) + more).joined(separator: "\n")
        }
    }
}
