package import Faregate
import Foundation

extension SQLLedger {
    /// Prices the calls of a period again under another policy, and enforces its limits and the accounts' credits: what
    /// would have been paid, refused and let through. See `Replay` for what stays as recorded.
    ///
    /// Reads the journal page by page: its memory doesn't grow with the number of calls, except for the hits of rolling
    /// limits, and no snapshot is held for long.
    ///
    /// - Parameters:
    ///   - period: the calls that were made in it.
    ///   - version: the policy's version, for the report.
    ///   - warmUpMilliseconds: the longest window of a limit. Calls that were made this long before the period are
    ///     counted in limits, and not reported.
    ///   - archive: where calls were moved to, if they are to be read too.
    ///   - days: says which calls are of the same day.
    ///   - policy: the policy with which to price a call again, given the version that priced it; nil if there is none.
    ///   - progress: called after each page with the part that is done and the whole.
    package func replay(
        _ period: Range<Timestamp>, version: String, warmUpMilliseconds: Int64, archive: Archive? = nil,
        days: WindowCalendar = WindowCalendar(timeZone: .gmt), under policy: @escaping (String) -> Policy?,
        progress: (Int, Int) -> Void = { _, _ in }
    ) async throws(LedgerError) -> ReplayReport {
        let pages = ReplayPages(ledger: self, archive: archive)
        let known = try await pages.knownMoment(since: period.lowerBound.earlier(byMilliseconds: warmUpMilliseconds))
        let first = min(known?.advanced(byMilliseconds: warmUpMilliseconds) ?? period.lowerBound, period.upperBound)
        let whole = period
        let period = period.clamped(to: first..<max(first, period.upperBound))
        var (range, balances) = try await pages.bounds(
            since: period.lowerBound.earlier(byMilliseconds: warmUpMilliseconds))
        let length = Int(range.upperBound - range.lowerBound)
        for page in pages.ranges(range) {
            for sum in try await pages.sums(page) {
                balances[sum.account, default: Replay.Balance()].undo(sum)
            }
            progress(Int(page.lowerBound - range.lowerBound) / 5, length)
        }
        let records = try await latestRefusals(
            of: nil, since: period.lowerBound, count: Int(RefusalBuffer.maximumKept))
        let refusals = try await read { database throws(SQLError) in try database.replayedRefusals(of: records) }
        var replay = Replay(period, days: days, refusals: refusals, balances: balances, policy: policy)
        var prices: [Int64: ReplayedPrice] = [:]
        for page in pages.ranges(range) {
            let lines = try await pages.lines(page, &prices)
            for line in lines { replay.add(line, price: line.call.flatMap { prices[$0.price] }) }
            let done = Int(page.upperBound - range.lowerBound)
            progress(length / 5 + done / 5 * 4, length)
            if let last = lines.last, last.at > period.upperBound.latestInDisorder, !replay.hasOpenCalls { break }
        }
        replay.end()
        return try await report(of: replay.tally, version: version, whole, knownSince: period == whole ? nil : first)
    }

    private func report(
        of tally: ReplayTally, version: String, _ period: Range<Timestamp>, knownSince: Timestamp?
    ) async throws(LedgerError) -> ReplayReport {
        var report = ReplayReport(
            policyVersion: version,
            since: period.lowerBound.rawValue == .min ? nil : period.lowerBound,
            until: period.upperBound == .never ? nil : period.upperBound
        )
        for sum in tally.groups.values { report.total += sum }
        report.groups = tally.groups.map { ReplayReport.Group(action: $0.key.action, plan: $0.key.plan, sum: $0.value) }
            .sorted { $0.sum.isBefore($1.sum) ?? (($0.action, $0.plan ?? "") < ($1.action, $1.plan ?? "")) }
        report.days = tally.days.all
        report.accounts = tally.accounts.count
        let affected = tally.accounts.filter { !$0.value.isUnchanged }
        report.accountsAffected = affected.count
        let most = affected.sorted { $0.value.isBefore($1.value) ?? ($0.key < $1.key) }.prefix(10)
        let names = try await names(of: most.map(\.key) + tally.examples.map(\.account))
        report.mostAffected = most.compactMap { entry in
            names[entry.key].map { ReplayReport.Account(account: $0, sum: entry.value) }
        }
        report.examples = tally.examples.map {
            ReplayReport.Example(
                call: $0.call, account: names[$0.account]?.rawValue ?? "", action: $0.action, before: $0.before,
                after: $0.after
            )
        }
        report.unpriced = tally.unpriced
        report.unpricedOtherwise = tally.unpricedOtherwise
        report.refusalsTried = tally.refusalsTried
        report.refusalsUnpriced = tally.refusalsUnpriced
        report.missingPlans = tally.missingPlans
        report.knownSince = knownSince
        return report
    }

    private func names(of numbers: [Int64]) async throws(LedgerError) -> [Int64: AccountID] {
        try await read { database throws(SQLError) in
            var names: [Int64: AccountID] = [:]
            for number in Set(numbers) {
                names[number] = try database.first("SELECT name FROM accounts WHERE id = ?1", number) {
                    row throws(SQLError) in try AccountID(stored: row.text(0))
                }
            }
            return names
        }
    }
}

extension Timestamp {
    /// The beginning of time, if it would be before 1970.
    fileprivate func earlier(byMilliseconds milliseconds: Int64) -> Timestamp {
        rawValue < milliseconds ? Timestamp(rawValue: .min) : advanced(byMilliseconds: -milliseconds)
    }
}

extension ReplayReport.Sum {
    /// Whether this change is larger; nil if they are equal.
    fileprivate func isBefore(_ other: ReplayReport.Sum) -> Bool? {
        let mine = (abs(creditsAfter - creditsBefore), newlyRefused + newlyAllowed, calls)
        let others = (
            abs(other.creditsAfter - other.creditsBefore), other.newlyRefused + other.newlyAllowed, other.calls
        )
        return mine == others ? nil : mine > others
    }
}
