/// The reported amount, tax and discount of a payment.
struct PaidAmount: Hashable {
    let amount: Money
    let tax: Int64
    let discount: Purchase.Discount
}

/// A paid payment, and how much of it was refunded or disputed, in minor units.
struct PaidPayment {
    let amount: Money
    let isOfPrice: Bool
    let isOfPack: Bool
    /// The reported running totals. They can include refunds that failed later, and refunds that were never reported by
    /// themselves.
    private var totals: Set<Int64> = []
    private var refunds: Set<Int64> = []
    private var hasRefunds = false
    private var liveRefunds: Int64 = 0
    private var failedRefunds: Int64 = 0
    private var disputed: Int64 = 0
    private var hasOpenDispute = false
    /// Whether a refund failed and its part of the running total is unknown.
    var hasFailedRefundOfUnknownSize = false
    private let tax: Int64

    init(_ paid: PaidAmount, of purchase: Purchase, isOfPack: Bool) {
        amount = paid.amount
        tax = paid.tax
        isOfPrice = purchase.isPrice(paid.amount, tax: paid.tax, discount: paid.discount)
        self.isOfPack = isOfPack
    }

    var isAsSold: Bool { isOfPrice && isOfPack }

    /// A provider should report one amount for a payment. If it reports two, the amount that equals the price counts,
    /// or else the largest.
    var rank: (Int, Int64, String, Int64) { (isOfPrice ? 1 : 0, amount.minorUnits, amount.currency, tax) }

    mutating func add(_ effect: ClaimEffect, _ size: Int64) {
        switch effect {
        case .total: totals.insert(size)
        case .refund:
            hasRefunds = true
            liveRefunds = sum(liveRefunds, size)
            refunds.insert(size)
        case .failedRefund:
            hasRefunds = true
            failedRefunds = sum(failedRefunds, size)
        case .dispute: disputed = sum(disputed, size)
        case .openDispute: hasOpenDispute = true
        }
    }

    private var refundedSoFar: Int64 { totals.max() ?? 0 }

    /// The sum of the known refunds, but at least the running total minus failed refunds.
    private var refunded: Int64 { isTotalUnclear ? liveRefunds : max(liveRefunds, refundedSoFar - failedRefunds) }

    /// Whether the running total exceeds the known refunds, and the rest may have failed.
    var isTotalUnclear: Bool { hasFailedRefundOfUnknownSize && refundedSoFar - failedRefunds > liveRefunds }

    private var takenBack: Int64 { min(sum(refunded, disputed), max(0, amount.minorUnits)) }

    /// Whether all of the payment was refunded or disputed.
    var isFullyTakenBack: Bool { amount.minorUnits > 0 && takenBack == amount.minorUnits }

    /// Whether part of the payment remains. A payment of 0 counts as remaining until a person decides.
    var hasRemainder: Bool { takenBack == 0 || takenBack < amount.minorUnits }

    var status: Purchase.Status {
        if disputed > 0 { return .chargedBack }
        if hasOpenDispute { return .disputed }
        if refunded == 0 { return .paid }
        return refunded >= amount.minorUnits ? .refunded : .partlyRefunded
    }

    /// Whether a refund was exactly the tax: then the customer owed no tax, and keeps the credits. That refund may be
    /// known from the running total alone, which then equals the tax, or exceeds the known refunds by the tax.
    private var isTaxRefunded: Bool {
        guard tax > 0, tax < amount.minorUnits else { return false }
        if refunds.contains(tax) { return true }
        return hasRefunds ? refundedSoFar - sum(liveRefunds, failedRefunds) == tax : totals.contains(tax)
    }

    /// Returns the credits that remain. The credits to take back are rounded down. After a refund of the tax, other
    /// refunds take their share of the amount without tax.
    func remainingCredits(of credits: Int64) -> Int64 {
        let exempt = isTaxRefunded ? tax : 0
        let (taken, net) = (takenBack - exempt, amount.minorUnits - exempt)
        guard taken > 0 else { return credits }
        return credits - net.dividingFullWidth(credits.multipliedFullWidth(by: taken)).quotient
    }

    private func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
