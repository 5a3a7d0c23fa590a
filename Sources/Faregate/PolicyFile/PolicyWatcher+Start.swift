extension Policy.Watcher {
    /// Loads the files and reports ``Policy/Watcher/Report/loaded(_:warnings:)``.
    ///
    /// If the files have a mistake, the watcher starts with the latest policy that calls used, as the ledger keeps it,
    /// and reports ``Policy/Watcher/Report/rejectedAtStart(_:using:since:loaded:)``. The files take effect as soon as
    /// the mistakes are corrected.
    ///
    /// - Parameters:
    ///   - files: the files to follow.
    ///   - ledger: the gate's ledger. With nil, a mistake in the files is always an error.
    ///   - pollInterval: how often ``run()`` checks whether the files changed; at least a millisecond.
    ///   - clock: the clock for the polls.
    ///   - report: receives every change. It can be called on any thread and must be quick.
    /// - Throws: ``Policy/FileError`` if a file or the folder is missing or can't be read; or if the files have a
    ///   mistake and the ledger has no policy that it can start with, because it has kept none yet, or because a variable
    ///   of the environment is missing.
    public convenience init(
        _ files: Policy.Files,
        orLatestKeptIn ledger: Ledger?,
        pollInterval: Duration = .seconds(1),
        clock: any WallClock = SystemClock(),
        report: @escaping @Sendable (Policy.Watcher.Report) -> Void
    ) async throws(Policy.FileError) {
        let now = clock.now
        let reading = await PolicyReading.onBlockingThread(of: files, at: now)
        let (policy, first): (Policy, Report)
        switch reading.result {
        case .success(let loaded):
            (policy, first) = (loaded.policy, .loaded(loaded.policy.inForce(at: now), warnings: loaded.warnings))
        case .failure(let error):
            guard let kept = await ledger?.kept(insteadOf: error, in: files) else { throw error }
            policy = kept.policy
            first = .rejectedAtStart(
                error, using: policy.inForce(at: now), since: kept.record.inForceSince(policy, at: now),
                loaded: kept.record.latestAt)
        }
        self.init(
            files, reading: reading, policy: policy, inForce: policy.inForce(at: now), pollInterval: pollInterval,
            clock: clock, report: report)
        report(first)
    }
}

extension Ledger {
    /// The latest kept policy, for files that have a mistake.
    ///
    /// - Returns: nil if the files can't be read at all, or if there is no kept policy that can be used.
    fileprivate func kept(
        insteadOf error: Policy.FileError, in files: Policy.Files
    ) async -> (record: KeptPolicy, policy: Policy)? {
        // The error of a ledger that can't be read would hide the mistake in the files.
        guard !error.isUnreadable, let record = try? await backend.latestKeptPolicy(),
            let policy = record.policy(environment: files.environment, forSale: files.forSale)
        else { return nil }
        return (record, policy)
    }
}
