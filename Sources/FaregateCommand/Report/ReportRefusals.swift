import Faregate

/// The recorded refusals of a report's period, by reason, action and day or week.
struct ReportRefusals: Encodable {
    struct Group: Encodable {
        let reason: String
        let action: String
        let refusals: Int
    }

    let count: Int
    /// The most frequent first.
    let groups: [Group]
    /// Of each reason, the refusals of each day or week.
    let bySpan: [String: [Int64]]
    /// When the oldest kept refusal was made, if the ledger's list is full: earlier ones are missing.
    let keptSince: Timestamp?

    private struct Key: Hashable {
        let reason: String
        let action: String
    }

    /// - Parameters:
    ///   - records: those since the period's beginning, the latest first.
    ///   - mostKept: how many the ledger keeps.
    init(_ records: [Refusal.Record], _ spans: ReportSpans, mostKept: Int) {
        var counts: [Key: Int] = [:]
        var bySpan: [String: [Int64]] = [:]
        let none = [Int64](repeating: 0, count: spans.count)
        for record in records where spans.period.contains(record.at) {
            counts[Key(reason: record.kind, action: record.action), default: 0] += 1
            bySpan[record.kind, default: none][spans.index(of: record.at)] += 1
        }
        self.bySpan = bySpan
        count = counts.values.reduce(0, +)
        groups = counts.map { Group(reason: $0.reason, action: $0.action, refusals: $1) }
            .sorted { ($1.refusals, $0.reason, $0.action) < ($0.refusals, $1.reason, $1.action) }
        keptSince = records.count < mostKept ? nil : records.last?.at
    }

    private enum CodingKeys: CodingKey { case count, groups, keptSince }
}

extension ReportRefusals {
    /// What the ledger didn't keep of the period; nil if nothing.
    var gap: String? {
        keptSince.map {
            "The ledger keeps only the latest refusals; those before \($0.toSecond) are missing."
        }
    }
}
