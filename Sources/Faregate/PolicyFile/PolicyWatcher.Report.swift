extension Policy.Watcher {
    /// What happened to the files that a ``Policy/Watcher`` follows, for servers to log.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Report: Sendable {
        /// The files have no mistakes. Reported at the start, and after ``rejected(_:keeping:)`` if the corrected files
        /// mean the same as the policy in force.
        case loaded(Policy, warnings: [Policy.Diagnostic])
        /// The files changed, and the new policy is in force.
        case changed(from: Policy, to: Policy, warnings: [Policy.Diagnostic])
        /// The files have mistakes, or can't be read. The last good policy stays in force.
        case rejected(Policy.FileError, keeping: Policy)
    }
}

extension Policy.Watcher.Report: CustomStringConvertible {
    public var description: String {
        switch self {
        case .loaded(let policy, let warnings):
            lines("policy \(policy.version) is in force", warnings)
        case .changed(let old, let new, let warnings):
            lines("policy \(new.version) is in force instead of \(old.version)", warnings)
        case .rejected(let error, let policy):
            "the policy files have a mistake and were not loaded; policy \(policy.version) stays in force\n\(error)"
        }
    }

    private func lines(_ first: String, _ warnings: [Policy.Diagnostic]) -> String {
        ([first] + warnings.map(\.description)).joined(separator: "\n")
    }
}
