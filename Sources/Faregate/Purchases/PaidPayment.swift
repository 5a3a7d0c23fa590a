/// What was told of the money of a payment.
struct PaidAmount: Hashable {
    let amount: Money
    let tax: Int64
}

/// A payment whose money came, and how much of it is gone again, in minor units.
struct PaidPayment {
    let amount: Money
    let isOfPrice: Bool
    let isOfPack: Bool
    /// The largest running total that was told: of refunds that failed later, and of some that nothing else was heard of.
    private var refundedSoFar: Int64 = 0
    private var live: Int64 = 0
    private var dead: Int64 = 0
    private var disputed: Int64 = 0
    private var hasOpenDispute = false
    private let tax: Int64

    init(_ paid: PaidAmount, of purchase: Purchase, isOfPack: Bool) {
        amount = paid.amount
        tax = paid.tax
        isOfPrice = purchase.isPrice(paid.amount, tax: paid.tax)
        self.isOfPack = isOfPack
    }

    var isAsSold: Bool { isOfPrice && isOfPack }

    /// No provider tells two amounts of one payment. Should it happen, the one that was sold counts, or else the largest.
    var rank: (Int, Int64, String, Int64) { (isOfPrice ? 1 : 0, amount.minorUnits, amount.currency, tax) }

    mutating func add(_ taking: Taking, _ size: Int64) {
        switch taking {
        case .total: refundedSoFar = max(refundedSoFar, size)
        case .refund: live = sum(live, size)
        case .deadRefund: dead = sum(dead, size)
        case .dispute: disputed = sum(disputed, size)
        case .openDispute: hasOpenDispute = true
        }
    }

    /// What is known refund by refund, and never below the running total, less what of it failed.
    private var refunded: Int64 { max(live, refundedSoFar - dead) }

    private var gone: Int64 { min(sum(refunded, disputed), max(0, amount.minorUnits)) }

    /// Whether all of it was taken again.
    var isGone: Bool { amount.minorUnits > 0 && gone == amount.minorUnits }

    /// Whether some of it is still there. A payment of nothing stands until somebody looks at it.
    var stands: Bool { gone == 0 || gone < amount.minorUnits }

    var status: PurchaseStatus {
        if disputed > 0 { return .chargedBack }
        if hasOpenDispute { return .disputed }
        if refunded == 0 { return .paid }
        return refunded >= amount.minorUnits ? .refunded : .partlyRefunded
    }

    /// What is taken back is rounded down.
    func kept(of credits: Int64) -> Int64 {
        guard gone > 0 else { return credits }
        return credits - amount.minorUnits.dividingFullWidth(credits.multipliedFullWidth(by: gone)).quotient
    }

    private func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
