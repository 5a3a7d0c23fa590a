import Faregate
import FaregateBooks
import Foundation

extension Context {
    /// Reads the figures of a report. Shows a progress bar on standard error if that takes long.
    func report() async throws -> Report {
        let (now, policy, calendar) = (clock.now, try policyIfAny(), try reportCalendar())
        let spans = ReportSpans(try boundedPeriod(at: now, calendar), calendar)
        let lowBalance = max(1, policy?.lowBalance.rawValue ?? 0)
        let name = try ledgerName
        let bar = ProgressBar(clock: clock)
        defer { bar.end() }
        return try await withLedger { ledger in
            let calls = try await ledger.reportCalls(spans, bar)
            let archivedBefore = try await ledger.callsArchivedBefore()
            return Report(
                ledger: name,
                createdAt: now,
                since: spans.period.lowerBound,
                until: spans.period.upperBound,
                timeZone: calendar.zoneName,
                policyVersion: policy?.version,
                archivedBefore: archivedBefore.flatMap { $0 > spans.period.lowerBound ? $0 : nil },
                usage: calls.usage,
                credits: try await ledger.creditFlow(in: spans.period, at: now) { bar.show($0, "grants read") },
                refusals: try await ledger.reportRefusals(spans),
                shadow: calls.shadow,
                accounts: ReportAccounts(
                    found: try await ledger.lowAccounts(
                        below: lowBalance, changedSince: spans.period.lowerBound, count: Report.listed, at: now
                    ) { bar.show($0, "accounts read") },
                    lowBalance: lowBalance
                ),
                holds: ReportHolds(try await ledger.openCharges(at: now), at: now),
                purchases: try await ledger.reportPurchases(at: now)
            )
        }
    }

    /// The period of the options; by default 30 days, the present one included. It ends now at the latest.
    private func boundedPeriod(at now: Timestamp, _ calendar: WindowCalendar) throws -> Range<Timestamp> {
        let until = min(try reportMoment(.until) ?? now, now)
        let since = try reportMoment(.since) ?? calendar.start(ofDays: 30, until: until)
        guard since < now else { throw Failure.misuse("--since must be a time in the past") }
        guard since < until else { throw Failure.misuse("--until must be later than --since") }
        // Not `until - since`, which overflows if the period begins at the first moment.
        guard since.rawValue >= until.rawValue - ReportSpans.mostMilliseconds else {
            throw Failure.misuse("a report covers at most 366 days; give a later --since or an earlier --until")
        }
        return since..<until
    }

    /// The name of the ledger's file or database. Neither a path nor an address with a password belongs in a report.
    private var ledgerName: String {
        get throws {
            let place = try databasePath
            guard Context.isPostgres(place) else { return URL(fileURLWithPath: place).lastPathComponent }
            guard let address = URLComponents(string: place), let host = address.host else { return "PostgreSQL" }
            return "PostgreSQL, \(host)\(address.path)"
        }
    }
}

extension WindowCalendar {
    /// The beginning of the first of that many days. The last is the day of the last moment before `until`.
    fileprivate func start(ofDays days: Int64, until: Timestamp) -> Timestamp {
        let last = window(.day, containing: until.advanced(byMilliseconds: -1)).lowerBound
        // Daylight saving adds or drops an hour, so this aims at noon of the first day.
        let hours = (days - 1) * 24 - 12
        return window(.day, containing: last.advanced(byMilliseconds: -hours * 3_600_000)).lowerBound
    }
}

extension SQLLedger {
    fileprivate func reportCalls(
        _ spans: ReportSpans, _ bar: ProgressBar
    ) async throws -> (usage: ReportUsage, shadow: ReportShadow) {
        var usage = ReportUsage(spans)
        var shadow = ReportShadow()
        try await forEachPage(ofCallsIn: spans.period) { calls in
            for call in calls {
                usage.add(call)
                shadow.add(call)
            }
            bar.show(usage.total.calls, "calls read")
        }
        shadow.add(
            try await latestShadowed(since: spans.period.lowerBound).filter { spans.period.contains($0.at) })
        return (usage, shadow)
    }

    fileprivate func reportRefusals(_ spans: ReportSpans) async throws -> ReportRefusals {
        let most = Int(RefusalBuffer.maximumKept)
        let records = try await latestRefusals(of: nil, since: spans.period.lowerBound, count: most)
        return ReportRefusals(records, spans, mostKept: most)
    }

    fileprivate func reportPurchases(at now: Timestamp) async throws -> ReportPurchases {
        let flagged = try await purchases(.flagged(count: Report.listed))
        let figures = try await read { database throws(SQLError) in try database.figures(accounts: 0, at: now) }
        return ReportPurchases(
            flagged: flagged.map { ReportPurchases.Flagged($0, at: now) },
            flaggedCount: figures.flaggedPurchases, inboxFlagged: figures.inboxFlagged
        )
    }
}
