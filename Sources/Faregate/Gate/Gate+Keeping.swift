extension Gate {
    /// Stores each policy in the ledger within a second of when it comes into force, even if no call uses it. Runs
    /// until the task is cancelled, and then throws `CancellationError`.
    func keepPolicies() async throws {
        while true {
            keepFiles(of: policy)
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Stores a policy's files in the ledger if its version or announced changes differ from those stored last. The
    /// ledger can then explain charges after the files changed, and a server can start with the kept policy. Doesn't
    /// wait. If it fails, calls try again after a minute, so that an outage doesn't add a write to every call.
    func keepFiles(of policy: Policy) {
        guard !policy.files.isEmpty else { return }
        let now = clock.now
        let isDue = keptPolicy.withLock { kept in
            if let kept, kept.policy.isSame(as: policy), now < kept.retryAt { return false }
            kept = (policy, .never)
            return true
        }
        guard isDue else { return }
        Task { [ledger, keptPolicy] in
            do throws(LedgerError) {
                try await ledger.keep(policy, at: now)
            } catch {
                keptPolicy.withLock { kept in
                    if kept?.policy.isSame(as: policy) ?? false { kept?.retryAt = now.advanced(byMilliseconds: 60_000) }
                }
            }
        }
    }
}
