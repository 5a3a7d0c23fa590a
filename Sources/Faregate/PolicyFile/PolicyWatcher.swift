extension Policy {
    /// Follows the policy files: an edit takes effect within the poll interval, without a restart.
    ///
    /// A change that the files announce is reported when it takes effect. Only files without mistakes take effect.
    /// While they have mistakes, or are missing, the last good policy stays in force, and each change is reported once.
    ///
    /// ```swift
    /// let files = Policy.Files(path: "policies")
    /// let policies = try await Policy.Watcher(files, orLatestKeptIn: ledger) { logger.notice("\($0)") }
    /// let gate = Gate(ledger: ledger, policies: policies)
    /// try await policies.run()  // beside the server, until it is cancelled
    /// ```
    public final class Watcher: Policy.Source, Sendable {
        fileprivate struct State {
            /// The last good policy.
            var policy: Policy
            /// The policy that was reported as in force.
            var inForce: Policy
            var reading: PolicyReading
            var mustReadAgain = false
            /// Counts the readings that were applied, so that an overtaken reading is detected.
            var generation = 0

            /// The mistakes that were reported and are still there.
            var rejection: Policy.FileError? {
                if case .failure(let error) = reading.result { error } else { nil }
            }
        }

        private let files: Policy.Files
        let pollInterval: Duration
        let clock: any WallClock
        private let report: @Sendable (Policy.Watcher.Report) -> Void
        /// Locked only to read or replace the state, never while files are read or the report is called.
        private let state: Mutex<State>

        /// Follows files that were read once.
        ///
        /// - Parameters:
        ///   - reading: the result of that reading.
        ///   - policy: the policy of the files or, if they have a mistake, the one to start with.
        init(
            _ files: Policy.Files, reading: PolicyReading, policy: Policy, inForce: Policy, pollInterval: Duration,
            clock: any WallClock, report: @escaping @Sendable (Policy.Watcher.Report) -> Void
        ) {
            self.files = files
            self.pollInterval = max(.milliseconds(1), pollInterval)
            self.clock = clock
            self.report = report
            state = Mutex(State(policy: policy, inForce: inForce, reading: reading))
        }

        /// The policy in force now: the last good one, with the announced changes that have begun.
        public var policy: Policy { state.withLock { $0.policy }.inForce(at: clock.now) }

        /// Loads the files, changed or not. Blocks while it reads them.
        ///
        /// An edit that doesn't change the meaning, such as a comment, takes effect without a report. It changes only
        /// the line numbers that a ``Quote`` names.
        public func reload() {
            readAgainNextTime()
            reloadIfChanged()
        }

        /// Makes the next poll read the files, changed or not.
        func readAgainNextTime() {
            state.withLock { $0.mustReadAgain = true }
        }

        /// Reads the files if they changed, and reports a change that took effect.
        package func reloadIfChanged() {
            var mustRead = false
            while true {
                let known = state.withLock { $0 }
                // A requested reading happens in this call, even if another call clears the request meanwhile.
                mustRead = mustRead || known.mustReadAgain
                if !mustRead, known.reading.isSettled, known.reading.stamp == PolicyStamp(of: files) {
                    let now = clock.now
                    if let news = state.withLock({ $0.takeEffect(at: now, warnings: []) }) { report(news) }
                    return
                }

                let now = clock.now
                let reading = PolicyReading(of: files, at: now)
                let outcome = state.withLock { state in
                    state.generation == known.generation ? Outcome.inForce(state.apply(reading, at: now)) : .overtaken
                }
                // The reading that overtook this one may have missed the latest edit: read again.
                guard case .inForce(let news) = outcome else { continue }
                if let news { report(news) }
                return
            }
        }

        private enum Outcome {
            case inForce(Policy.Watcher.Report?)
            case overtaken
        }
    }
}

extension Policy.Watcher.State {
    /// Applies a reading, and returns the report about it, if any.
    fileprivate mutating func apply(_ new: PolicyReading, at now: Timestamp) -> Policy.Watcher.Report? {
        let old = self
        generation += 1
        mustReadAgain = false
        reading = new
        switch new.result {
        case .failure(let error):
            let isKnown = old.rejection == error && old.reading.stamp == new.stamp
            return isKnown ? takeEffect(at: now, warnings: []) : .rejected(error, keeping: old.inForce)
        case .success(let loaded):
            policy = loaded.policy
            if let change = takeEffect(at: now, warnings: loaded.warnings) { return change }
            return old.rejection == nil ? nil : .loaded(inForce, warnings: loaded.warnings)
        }
    }

    /// Returns the report of a new policy in force, or of other announced changes; nil if it is the same as before.
    fileprivate mutating func takeEffect(
        at now: Timestamp, warnings: [Policy.Diagnostic]
    ) -> Policy.Watcher.Report? {
        let old = inForce
        inForce = policy.inForce(at: now)
        return inForce.isSame(as: old) ? nil : .changed(from: old, to: inForce, warnings: warnings)
    }
}
