extension Gate {
    /// Lets the ledger keep the files of a policy that is used for the first time, or that announces other changes than
    /// before, so that its charges can be explained when the files have changed, and a server can start with it. Doesn't
    /// wait. If the ledger can't, a call after a minute tries again: during an outage, not every call should cost
    /// another write.
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
