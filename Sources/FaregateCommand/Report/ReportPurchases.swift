import Faregate

/// The purchases and provider events of a report that a person has to review. Without the payers.
struct ReportPurchases: Encodable {
    struct Flagged: Encodable {
        let id: Purchase.ID
        let account: AccountID
        let pack: String
        let price: Money
        let status: Purchase.Status
        let flags: [Purchase.Flag]
        let openedAt: Timestamp
        /// What somebody has to do now, in words.
        let nextStep: String

        init(_ record: Purchase.Record, at now: Timestamp) {
            let view = PurchaseView(record, at: now)
            (id, account, pack, price) = (view.id, view.account, view.pack, view.price)
            (status, flags, openedAt) = (view.status, view.flags, view.openedAt)
            nextStep = view.nextStep ?? "faregate purchases show \(view.id)"
        }
    }

    /// The latest ones.
    let flagged: [Flagged]
    /// The number of all purchases to review.
    let flaggedCount: Int64
    /// The number of events to review.
    let inboxFlagged: Int64
}

extension ReportPurchases {
    /// How many purchases are not listed; nil if all are.
    var more: String? {
        let rest = flaggedCount - Int64(flagged.count)
        return rest > 0 ? "and \(count(rest, "more purchase")); to see them: faregate purchases --flagged" : nil
    }

    /// The provider events that need a person; nil if there are none.
    var inbox: String? {
        guard inboxFlagged > 0 else { return nil }
        return "\(count(inboxFlagged, "event")) of payment providers to review; to see them: "
            + "faregate inbox --state flagged"
    }
}

extension ReportPurchases.Flagged {
    /// Why a person should review it.
    var review: String { flags.map(\.rawValue).joined(separator: ", ") }
}
