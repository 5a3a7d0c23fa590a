extension Policy {
    /// A change that the files announce: from a moment on, another policy is in force.
    public struct Change: Sendable {
        public let from: Timestamp
        /// The policy with this change and all earlier ones.
        public let policy: Policy
    }

    /// Returns the policy in force at a moment: this one, or that of the latest change that has begun. Its
    /// ``changes`` are the later ones.
    public func inForce(at now: Timestamp) -> Policy {
        guard !changes.isEmpty else { return self }
        return changes.last { $0.from <= now }?.policy ?? self
    }

    /// Whether two policies mean the same, now and after each announced change.
    func isSame(as other: Policy) -> Bool {
        version == other.version
            && changes.elementsEqual(other.changes) { $0.from == $1.from && $0.policy.version == $1.policy.version }
    }
}

extension Policy.Source {
    /// The policy in force at a moment.
    package func policy(at now: Timestamp) -> Policy { policy.inForce(at: now) }
}
