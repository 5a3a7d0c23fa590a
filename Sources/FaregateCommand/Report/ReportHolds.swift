import Faregate

/// The open calls of a report.
struct ReportHolds: Encodable {
    let count: Int
    /// Those whose process has died.
    let abandoned: Int
    /// The oldest ones.
    let oldest: [Ledger.OpenCharge]

    init(_ charges: [Ledger.OpenCharge], at now: Timestamp) {
        count = charges.count
        abandoned = charges.count { $0.deadline < now }
        oldest = Array(
            charges.sorted { ($0.createdAt, $0.id.rawValue) < ($1.createdAt, $1.id.rawValue) }
                .prefix(Report.listed))
    }
}

extension ReportHolds {
    /// What somebody has to do now; nil if nothing.
    var nextStep: String? {
        guard abandoned > 0 else { return nil }
        return
            "\(FaregateCommand.count(abandoned, "call")) of processes that died; to refund their credits: faregate recover"
    }
}
