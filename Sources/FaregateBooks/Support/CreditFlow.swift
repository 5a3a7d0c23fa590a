import Faregate

/// The credits that came and went in a period, apart from calls.
package struct CreditFlow: Sendable, Encodable, Equatable {
    /// By purchases, including credits granted again after a won dispute.
    package var bought: Int64 = 0
    /// By plans. Credits that a plan carries over into its next period are granted again in that period.
    package var granted: Int64 = 0
    package var promotion: Int64 = 0
    package var adjustment: Int64 = 0
    /// Including those of accounts that have made no call since.
    package var expired: Int64 = 0
    /// By refunds and disputes at the providers, including debt.
    package var takenBack: Int64 = 0
    /// By people, including debt.
    package var withdrawn: Int64 = 0

    package init() {}

    mutating func add(_ credits: Int64, from source: GrantSource) {
        switch source {
        case .purchase: bought.add(credits)
        case .plan: granted.add(credits)
        case .promotion: promotion.add(credits)
        case .adjustment: adjustment.add(credits)
        }
    }
}

extension Int64 {
    /// Adds a number of credits to a sum of many accounts. A sum beyond the largest number stays the largest number.
    package mutating func add(_ credits: Int64) {
        let (sum, overflow) = addingReportingOverflow(credits)
        self = overflow ? (credits < 0 ? .min : .max) : sum
    }
}
