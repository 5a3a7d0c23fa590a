extension PolicyWatcher {
    /// What a ``PolicyWatcher`` has to tell about the files it follows, for servers to log.
    public enum Report: Sendable {
        /// The files are good: at the start, and again when they return to what is in force after a ``rejected(_:keeping:)``.
        case loaded(Policy, warnings: [Policy.Diagnostic])
        /// The files say something else now, and it is in force.
        case changed(from: Policy, to: Policy, warnings: [Policy.Diagnostic])
        /// The files have mistakes, or can't be read. The last good policy stays in force.
        case rejected(PolicyFileError, keeping: Policy)
    }
}

extension PolicyWatcher.Report: CustomStringConvertible {
    public var description: String {
        switch self {
        case .loaded(let policy, let warnings):
            lines("policy \(policy.version) is in force", warnings)
        case .changed(let old, let new, let warnings):
            lines("policy \(new.version) is in force instead of \(old.version)", warnings)
        case .rejected(let error, let policy):
            "the policy files are not taken; policy \(policy.version) stays in force\n\(error)"
        }
    }

    private func lines(_ first: String, _ warnings: [Policy.Diagnostic]) -> String {
        ([first] + warnings.map(\.description)).joined(separator: "\n")
    }
}
