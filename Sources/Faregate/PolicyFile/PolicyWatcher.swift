/// Follows the policy files: an edit takes effect within the poll interval, without a restart.
///
/// Only good files take effect. While they have mistakes, or are gone, the last good policy stays in force and
/// the mistakes are reported, once per change.
///
/// ```swift
/// let policies = try PolicyWatcher(PolicyFiles(path: "policies")) { logger.info("\($0)") }
/// let gate = Gate(ledger: ledger, policies: policies)
/// try await policies.run()  // beside the server, until it is cancelled
/// ```
public final class PolicyWatcher: PolicySource, Sendable {
    fileprivate struct State {
        /// The last good one.
        var policy: Policy
        var reading: PolicyReading
        var mustReadAgain = false
        /// Counts the readings that took effect, so that one that was overtaken is told.
        var generation = 0

        /// The mistakes that were reported and not mended.
        var rejection: PolicyFileError? {
            if case .failure(let error) = reading.result { error } else { nil }
        }
    }

    private let files: PolicyFiles
    let pollInterval: Duration
    let clock: any WallClock
    private let report: @Sendable (PolicyWatcher.Report) -> Void
    /// Held only to look or to swap, never while files are read or a report is made.
    private let state: Mutex<State>

    /// Loads the files and reports ``PolicyWatcher/Report/loaded(_:warnings:)``.
    ///
    /// - Parameters:
    ///   - files: what to follow.
    ///   - pollInterval: how often ``run()`` looks whether the files changed; a millisecond at least.
    ///   - clock: what the polls go by.
    ///   - report: is told of every change. It may be called on any thread, and should be quick.
    /// - Throws: ``PolicyFileError`` when the files are not good: a server doesn't start with a bad policy.
    public init(
        _ files: PolicyFiles,
        pollInterval: Duration = .seconds(1),
        clock: any WallClock = SystemClock(),
        report: @escaping @Sendable (PolicyWatcher.Report) -> Void
    ) throws(PolicyFileError) {
        let reading = PolicyReading(of: files, at: clock.now)
        let loaded = try reading.result.get()
        self.files = files
        self.pollInterval = max(.milliseconds(1), pollInterval)
        self.clock = clock
        self.report = report
        state = Mutex(State(policy: loaded.policy, reading: reading))
        report(.loaded(loaded.policy, warnings: loaded.warnings))
    }

    /// The last good policy.
    public var policy: Policy { state.withLock { $0.policy } }

    /// Loads the files now, changed or not. Blocks while it reads them.
    ///
    /// Files that mean the same as before (only comments changed, say) take effect silently: what changes are the
    /// lines that quotes point at.
    public func reload() {
        readAgainNextTime()
        reloadIfChanged()
    }

    /// Makes the next look read the files whether or not they seem changed.
    func readAgainNextTime() {
        state.withLock { $0.mustReadAgain = true }
    }

    /// Looks at the files, and reads them if they seem changed.
    package func reloadIfChanged() {
        var mustRead = false
        while true {
            let known = state.withLock { $0 }
            // Once asked for, it is done by us, even if somebody who overtakes us has it struck off.
            mustRead = mustRead || known.mustReadAgain
            if !mustRead, known.reading.isSettled, known.reading.stamp == PolicyStamp(of: files) { return }

            let reading = PolicyReading(of: files, at: clock.now)
            let outcome = state.withLock { state in
                state.generation == known.generation ? Outcome.inForce(state.take(reading)) : .overtaken
            }
            // Whoever overtook us may have read before the edit that we were called for: look again.
            guard case .inForce(let news) = outcome else { continue }
            if let news { report(news) }
            return
        }
    }

    private enum Outcome {
        case inForce(PolicyWatcher.Report?)
        case overtaken
    }
}

extension PolicyWatcher.State {
    /// Takes the reading in, and says what there is to report about it.
    fileprivate mutating func take(_ new: PolicyReading) -> PolicyWatcher.Report? {
        let old = self
        generation += 1
        mustReadAgain = false
        reading = new
        switch new.result {
        case .failure(let error):
            let isKnown = old.rejection == error && old.reading.stamp == new.stamp
            return isKnown ? nil : .rejected(error, keeping: old.policy)
        case .success(let loaded):
            policy = loaded.policy
            if old.policy.version != policy.version {
                return .changed(from: old.policy, to: policy, warnings: loaded.warnings)
            }
            return old.rejection == nil ? nil : .loaded(policy, warnings: loaded.warnings)
        }
    }
}
