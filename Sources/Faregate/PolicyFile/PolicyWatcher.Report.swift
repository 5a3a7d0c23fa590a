extension Policy.Watcher {
    /// What happened to the files that a ``Policy/Watcher`` follows, for servers to log.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Report: Sendable {
        /// The files have no mistakes. Reported at the start, and after a rejection if the corrected files
        /// mean the same as the policy in force.
        case loaded(Policy, warnings: [Policy.Diagnostic])
        /// Another policy is in force, because the files changed or because an announced change took effect; or the
        /// same policy announces other changes.
        case changed(from: Policy, to: Policy, warnings: [Policy.Diagnostic])
        /// The files have mistakes, or can't be read. The last good policy stays in force.
        case rejected(Policy.FileError, keeping: Policy)
        /// The files have mistakes at the start. Instead of them, the latest policy that the ledger kept is in force.
        /// It first came into force at `since`, and a server last loaded its files at `loaded`. Log it as an error:
        /// until somebody corrects the files, their prices don't apply.
        case rejectedAtStart(Policy.FileError, using: Policy, since: Timestamp, loaded: Timestamp)
    }
}

extension Policy.Watcher.Report: CustomStringConvertible {
    public var description: String {
        switch self {
        case .loaded(let policy, let warnings):
            lines("policy \(policy.version) is in force", policy, warnings)
        case .changed(let old, let new, let warnings) where old.version == new.version:
            lines("policy \(new.version) stays in force; other changes are announced", new, warnings, since: old)
        case .changed(let old, let new, let warnings):
            lines("policy \(new.version) is in force instead of \(old.version)", new, warnings, since: old)
        case .rejected(let error, let policy):
            "the policy files have a mistake and were not loaded; policy \(policy.version) stays in force\n\(error)"
        case .rejectedAtStart(let error, let policy, let since, let loaded):
            lines(
                "the policy files have a mistake and were not loaded; policy \(policy.version) of the ledger, which first "
                    + "came into force at \(since) and was last loaded at \(loaded), stays in force until the files are "
                    + "corrected",
                policy, []) + "\n\(error)"
        }
    }

    private func lines(
        _ first: String, _ policy: Policy, _ warnings: [Policy.Diagnostic], since old: Policy? = nil
    ) -> String {
        let changes = policy.changes.map { "policy \($0.policy.version) will be in force from \($0.from) on" }
        let differences = old.map { policy.differences(from: $0).map(\.description) } ?? []
        return ([first] + differences + changes + warnings.map(\.description)).joined(separator: "\n")
    }
}
