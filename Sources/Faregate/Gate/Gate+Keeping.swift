extension Gate {
    /// Lets the ledger keep the files of a policy that is used for the first time, so that its charges can be explained
    /// when the files have changed. Doesn't wait; if the ledger can't, a later call tries again.
    func keepFiles(of policy: Policy) {
        guard !policy.files.isEmpty else { return }
        let isNew = keptVersion.withLock { version in
            if version == policy.version { return false }
            version = policy.version
            return true
        }
        guard isNew else { return }
        Task { [ledger, clock, keptVersion] in
            do throws(LedgerError) {
                try await ledger.keep(policy, at: clock.now)
            } catch {
                keptVersion.withLock { if $0 == policy.version { $0 = nil } }
            }
        }
    }
}
