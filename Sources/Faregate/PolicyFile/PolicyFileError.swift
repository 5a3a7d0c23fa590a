/// The policy files are not taken; here is everything that is wrong with them.
public struct PolicyFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// At most 100 errors and 100 warnings, in the order of the files.
    public let diagnostics: [Policy.Diagnostic]
    /// How many more there are.
    public let omittedCount: Int

    init(diagnostics: [Policy.Diagnostic], omittedCount: Int) {
        self.diagnostics = diagnostics
        self.omittedCount = omittedCount
    }

    public var description: String {
        let more = omittedCount > 0 ? ["and \(omittedCount) more"] : []
        return (diagnostics.map(\.description) + more).joined(separator: "\n")
    }
}
