/// What was told of the money of a payment.
struct PaidAmount: Hashable {
    let amount: Money
    let tax: Int64
    let discount: Purchase.Discount
}

/// A payment whose money came, and how much of it is gone again, in minor units.
struct PaidPayment {
    let amount: Money
    let isOfPrice: Bool
    let isOfPack: Bool
    /// The running totals that were told: of refunds that failed later, and of some that nothing else was heard of.
    private var totals: Set<Int64> = []
    private var refunds: Set<Int64> = []
    private var hasRefunds = false
    private var live: Int64 = 0
    private var dead: Int64 = 0
    private var disputed: Int64 = 0
    private var hasOpenDispute = false
    /// Whether a refund failed of which nobody knows how much of the running total it was.
    var hasUntoldDead = false
    private let tax: Int64

    init(_ paid: PaidAmount, of purchase: Purchase, isOfPack: Bool) {
        amount = paid.amount
        tax = paid.tax
        isOfPrice = purchase.isPrice(paid.amount, tax: paid.tax, discount: paid.discount)
        self.isOfPack = isOfPack
    }

    var isAsSold: Bool { isOfPrice && isOfPack }

    /// No provider tells two amounts of one payment. Should it happen, the one that was sold counts, or else the largest.
    var rank: (Int, Int64, String, Int64) { (isOfPrice ? 1 : 0, amount.minorUnits, amount.currency, tax) }

    mutating func add(_ taking: Taking, _ size: Int64) {
        switch taking {
        case .total: totals.insert(size)
        case .refund:
            hasRefunds = true
            live = sum(live, size)
            refunds.insert(size)
        case .deadRefund:
            hasRefunds = true
            dead = sum(dead, size)
        case .dispute: disputed = sum(disputed, size)
        case .openDispute: hasOpenDispute = true
        }
    }

    private var refundedSoFar: Int64 { totals.max() ?? 0 }

    /// What is known refund by refund, and never below the running total, less what of it failed.
    private var refunded: Int64 { isTotalUnclear ? live : max(live, refundedSoFar - dead) }

    /// Whether the running total is more than the refunds that are known, and the rest may have failed.
    var isTotalUnclear: Bool { hasUntoldDead && refundedSoFar - dead > live }

    private var gone: Int64 { min(sum(refunded, disputed), max(0, amount.minorUnits)) }

    /// Whether all of it was taken again.
    var isGone: Bool { amount.minorUnits > 0 && gone == amount.minorUnits }

    /// Whether some of it is still there. A payment of nothing stands until somebody looks at it.
    var stands: Bool { gone == 0 || gone < amount.minorUnits }

    var status: Purchase.Status {
        if disputed > 0 { return .chargedBack }
        if hasOpenDispute { return .disputed }
        if refunded == 0 { return .paid }
        return refunded >= amount.minorUnits ? .refunded : .partlyRefunded
    }

    /// Whether a refund was of exactly the tax: the customer turned out to owe none, and keeps what was bought. Where no refund
    /// is known by itself, a running total tells.
    private var isTaxRefunded: Bool {
        guard tax > 0, tax < amount.minorUnits else { return false }
        if refunds.contains(tax) { return true }
        return hasRefunds ? refundedSoFar - sum(live, dead) == tax : totals.contains(tax)
    }

    /// What is taken back is rounded down. Beside a refund of the tax, all else takes its share of the amount without it.
    func kept(of credits: Int64) -> Int64 {
        let exempt = isTaxRefunded ? tax : 0
        let (taken, net) = (gone - exempt, amount.minorUnits - exempt)
        guard taken > 0 else { return credits }
        return credits - net.dividingFullWidth(credits.multipliedFullWidth(by: taken)).quotient
    }

    private func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
