/// The facts of an order, each under what it is about. Everything in here is a set, and what is worked out from it a sum
/// or a maximum over a set: neither order nor repetition can show.
struct PurchaseReading {
    private var paid: [String: Set<PaidAmount>] = [:]
    private var carts: [String: Set<Cart>] = [:]
    private var pending: Set<String> = []
    private var failed: Set<String> = []
    private var refundedSoFar: [String: Set<Money>] = [:]
    private var refunds: [String: Claim<RefundStatus>] = [:]
    private var disputes: [String: Claim<DisputeStep>] = [:]
    private var hasExpired = false
    private var isApproved = false

    init(_ facts: some Sequence<PurchaseFact>) {
        for fact in facts { add(fact) }
    }

    private mutating func add(_ fact: PurchaseFact) {
        switch fact {
        case .opened: break
        case .expired: hasExpired = true
        case .approved: isApproved = true
        case .pending(let payment): pending.insert(payment)
        case .paymentFailed(let payment): failed.insert(payment)
        case .paid(let payment, let amount, let tax, let discount):
            paid[payment, default: []].insert(PaidAmount(amount: amount, tax: tax, discount: discount))
        case .bought(let payment, let cart): carts[payment, default: []].insert(cart)
        case .refundedSoFar(let payment, let amount): refundedSoFar[payment, default: []].insert(amount)
        case .refund(let id, let payment, let amount, let status):
            refunds[id, default: Claim()].add(payment, amount, status)
        case .dispute(let id, let payment, let amount, let step):
            disputes[id, default: Claim()].add(payment, amount, step)
        }
    }

    func position(of purchase: Purchase) -> PurchasePosition {
        let sold = purchase.credits.rawValue
        var flags: Set<PurchaseFlag> = []
        let payments = payments(for: purchase, &flags)
        let accepted = payments.filter { $0.isAsSold || isApproved }
        for payment in payments where payment.stands && !isApproved {
            if !payment.isOfPrice { flags.insert(.amountMismatch) }
            if !payment.isOfPack { flags.insert(.packMismatch) }
        }
        if payments.count(where: \.stands) > 1 { flags.insert(.paidTwice) }
        let kept = accepted.reduce(into: Int64(0)) { kept, payment in kept = min(sold, kept + payment.kept(of: sold)) }
        return PurchasePosition(
            credits: Credits(rawValue: kept) ?? .zero,
            status: status(payments, accepted, sold),
            flags: flags
        )
    }
}

extension PurchaseReading {
    private func status(_ payments: [PaidPayment], _ accepted: [PaidPayment], _ sold: Int64) -> PurchaseStatus {
        if payments.isEmpty {
            if !pending.isSubset(of: failed) { return .pending }
            if hasExpired { return .expired }
            return failed.isEmpty ? .opened : .failed
        }
        if accepted.isEmpty, payments.contains(where: \.stands) { return .held }
        // Of several payments the one counts that is worth most: it is what the customer has the credits for.
        let standings = (accepted.isEmpty ? payments : accepted).map { ($0.kept(of: sold), $0.status) }
        let best = standings.map(\.0).max()
        let statuses = Set(standings.filter { $0.0 == best }.map(\.1))
        let order: [PurchaseStatus] = [.paid, .disputed, .partlyRefunded, .chargedBack, .refunded]
        return order.first(where: statuses.contains) ?? .opened
    }

    /// Those whose money has come, with all that was taken of it again.
    private func payments(for purchase: Purchase, _ flags: inout Set<PurchaseFlag>) -> [PaidPayment] {
        var payments: [String: PaidPayment] = [:]
        for (id, amounts) in paid {
            let isOfPack = isOfPack(id, purchase)
            payments[id] = amounts.map { PaidPayment($0, of: purchase, isOfPack: isOfPack) }.max { $0.rank < $1.rank }
        }
        for (name, amounts) in refundedSoFar {
            if isStray([name]) { flags.insert(.strayClaim) }
            guard let id = payment(named: [name]), let currency = payments[id]?.amount.currency else { continue }
            for amount in amounts {
                if amount.currency != currency { flags.insert(.refundCurrency) }
                payments[id]?.addTotal(amount)
            }
        }
        for refund in refunds.values {
            if refund.isLive, isStray(refund.payments) { flags.insert(.strayClaim) }
            guard let id = payment(named: refund.payments), let amount = payments[id]?.amount else { continue }
            let size = refund.size(of: amount)
            if refund.isLive, size == nil { flags.insert(.refundCurrency) }
            payments[id]?.add(refund, size ?? 0)
        }
        for dispute in disputes.values {
            if dispute.takesMoney, isStray(dispute.payments) { flags.insert(.strayClaim) }
            guard let id = payment(named: dispute.payments), let amount = payments[id]?.amount else { continue }
            let size = dispute.size(of: amount)
            if dispute.takesMoney, size == nil { flags.insert(.disputeCurrency) }
            // Banks may tell their own currency: then it is all of the payment.
            payments[id]?.add(dispute, size ?? max(0, amount.minorUnits))
        }
        return Array(payments.values)
    }

    /// Whether all that was told of what the payment is for is what was sold. Where nothing was told, or it isn't on record
    /// by which name it was sold, nobody guesses.
    private func isOfPack(_ payment: String, _ purchase: Purchase) -> Bool {
        guard let sold = purchase.sold, let carts = carts[payment] else { return true }
        return carts.allSatisfy { $0.isExactly(sold) }
    }

    /// Which payment a refund or a dispute is about. A provider can name one in two ways: where only one was paid, there is
    /// no doubt which is meant, unless the name is that of another one, whose money is yet to come.
    private func payment(named names: Set<String>) -> String? {
        if let named = names.filter({ paid[$0] != nil }).min() { return named }
        return paid.count == 1 && !isAwaited(names) ? paid.keys.first : nil
    }

    /// Several payments could be meant, and none of them is named.
    private func isStray(_ names: Set<String>) -> Bool {
        paid.count > 1 && payment(named: names) == nil && !isAwaited(names)
    }

    private func isAwaited(_ names: Set<String>) -> Bool {
        !names.isDisjoint(with: pending) || !names.isDisjoint(with: failed)
    }
}

private struct PaidAmount: Hashable {
    let amount: Money
    let tax: Int64
    let discount: PaidDiscount
}

/// A refund or a dispute: all that was told of it.
private struct Claim<Step: Hashable> {
    private(set) var payments: Set<String> = []
    private(set) var steps: Set<Step> = []
    /// An amount of nil is all of the payment.
    private var amounts: Set<Money?> = []

    mutating func add(_ payment: String, _ amount: Money?, _ step: Step) {
        payments.insert(payment)
        amounts.insert(amount)
        steps.insert(step)
    }

    /// - Returns: in minor units, the largest amount that was told; nil when all of them are in another currency.
    func size(of payment: Money) -> Int64? {
        let told = amounts.compactMap(\.self)
        if told.isEmpty { return max(0, payment.minorUnits) }
        return told.filter { $0.currency == payment.currency }.map { max(0, $0.minorUnits) }.max()
    }
}

extension Claim<RefundStatus> {
    fileprivate var isLive: Bool { steps.isDisjoint(with: [.failed, .cancelled]) }
}

extension Claim<DisputeStep> {
    fileprivate var takesMoney: Bool {
        !steps.isDisjoint(with: [.withdrawn, .lost]) && steps.isDisjoint(with: [.reinstated, .won])
    }

    fileprivate var isOpen: Bool {
        steps.contains(.opened) && steps.isDisjoint(with: [.withdrawn, .lost, .reinstated, .won, .warningClosed])
    }
}

/// A payment whose money came, and how much of it is gone again, in minor units.
private struct PaidPayment {
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

    mutating func addTotal(_ total: Money) {
        if total.currency == amount.currency { totals.insert(total.minorUnits) }
    }

    mutating func add(_ refund: Claim<RefundStatus>, _ size: Int64) {
        hasRefunds = true
        guard refund.isLive else { return dead = sum(dead, size) }
        live = sum(live, size)
        refunds.insert(size)
    }

    mutating func add(_ dispute: Claim<DisputeStep>, _ size: Int64) {
        if dispute.takesMoney { disputed = sum(disputed, size) }
        hasOpenDispute = hasOpenDispute || dispute.isOpen
    }

    private var refundedSoFar: Int64 { totals.max() ?? 0 }

    /// What is known refund by refund, and never below the running total, less what of it failed.
    private var refunded: Int64 { max(live, refundedSoFar - dead) }

    private var gone: Int64 { min(sum(refunded, disputed), max(0, amount.minorUnits)) }

    /// Whether some of it is still there. A payment of nothing stands until somebody looks at it.
    var stands: Bool { gone == 0 || gone < amount.minorUnits }

    var status: PurchaseStatus {
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
