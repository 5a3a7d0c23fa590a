import Faregate
import FaregateBooks

/// The figures of `faregate report`.
struct Report: Encodable {
    /// The name of the file, or of the PostgreSQL database, without its path or password.
    let ledger: String
    let createdAt: Timestamp
    let since: Timestamp
    let until: Timestamp
    let timeZone: String
    /// Nil without a policy.
    let policyVersion: String?
    /// Calls that ended before this time may be in an archive, where they are not counted. Nil if that is before the
    /// period.
    let archivedBefore: Timestamp?
    let usage: ReportUsage
    let credits: CreditFlow
    let refusals: ReportRefusals
    let shadow: ReportShadow
    let accounts: ReportAccounts
    let holds: ReportHolds
    let purchases: ReportPurchases

    /// The most entries of each list.
    static let listed = 20

    /// Where credits came from, in words.
    var incoming: [(name: String, credits: Int64)] {
        [
            ("bought", credits.bought), ("granted by plans", credits.granted), ("promotions", credits.promotion),
            ("adjustments", credits.adjustment),
        ]
    }

    /// Where credits went, in words.
    var outgoing: [(name: String, credits: Int64)] {
        [
            ("spent by calls", usage.total.credits), ("expired", credits.expired),
            ("taken back by refunds and disputes", credits.takenBack), ("taken away by hand", credits.withdrawn),
        ]
    }

    /// The credits that were granted without a purchase.
    var grantedCredits: Int64 {
        [credits.granted, credits.promotion, credits.adjustment].reduce(into: 0) { $0.add($1) }
    }

    /// What the ledger no longer knows of the period; nil if nothing.
    var gap: String? {
        archivedBefore.map { "Calls that ended before \($0.toSecond) may be in an archive, and are not counted." }
    }
}
