extension Gate {
    /// Lets the ledger keep the files of a policy that is used for the first time, so that its charges can be explained
    /// when the files have changed. Doesn't wait. If the ledger can't, a call after a minute tries again: during an
    /// outage, not every call should cost another write.
    func keepFiles(of policy: Policy) {
        guard !policy.files.isEmpty else { return }
        let now = clock.now
        let isDue = keptVersion.withLock { kept in
            if let kept, kept.version == policy.version, now < kept.retryAt { return false }
            kept = (policy.version, .never)
            return true
        }
        guard isDue else { return }
        Task { [ledger, keptVersion] in
            do throws(LedgerError) {
                try await ledger.keep(policy, at: now)
            } catch {
                keptVersion.withLock { kept in
                    if kept?.version == policy.version { kept?.retryAt = now.advanced(byMilliseconds: 60_000) }
                }
            }
        }
    }
}
