/// The facts of an order, grouped by payment, refund and dispute. Everything here is a set, and every result is a sum
/// or a maximum over a set, so order and repetition have no effect.
struct PurchaseReading {
    private var paid: [String: Set<PaidAmount>] = [:]
    private var carts: [String: Set<Purchase.Cart>] = [:]
    private var pending: Set<String> = []
    private var failed: Set<String> = []
    private var refundsSoFar: [String: RefundClaim] = [:]
    private var refunds: [String: RefundClaim] = [:]
    private var disputes: [String: DisputeClaim] = [:]
    private var counted: [String: [CountedAmount]] = [:]
    private var hasExpired = false
    private var isApproved = false

    init(_ facts: some Sequence<Purchase.Fact>) {
        for fact in facts { add(fact) }
    }

    private mutating func add(_ fact: Purchase.Fact) {
        switch fact {
        case .opened: break
        case .expired: hasExpired = true
        case .approved: isApproved = true
        case .pending(let payment): pending.insert(payment)
        case .paymentFailed(let payment): failed.insert(payment)
        case .paid(let payment, let amount, let tax, let discount):
            paid[payment, default: []].insert(PaidAmount(amount: amount, tax: tax, discount: discount))
        case .bought(let payment, let cart): carts[payment, default: []].insert(cart)
        case .refundedSoFar(let payment, let amount):
            refundsSoFar[payment, default: RefundClaim()].add(payment, amount, .succeeded)
        case .refund(let id, let payment, let amount, let status):
            refunds[id, default: RefundClaim()].add(payment, amount, status)
        case .dispute(let id, let payment, let amount, let step):
            disputes[id, default: DisputeClaim()].add(payment, amount, step)
        case .disputeMoved(let id, let payment, let movement, let amount):
            disputes[id, default: DisputeClaim()].add(payment, movement: movement, amount)
        case .counted(let id, let amount, let stated):
            counted[id, default: []].append(CountedAmount(size: max(0, amount.minorUnits), stated: stated))
        }
    }

    func position(of purchase: Purchase) -> Purchase.Position {
        let sold = purchase.credits.rawValue
        let (payments, decisions) = payments(for: purchase)
        var flags = Set(decisions.map(\.flag))
        let accepted = payments.filter { $0.isAsSold || isApproved }
        for payment in payments where payment.hasRemainder && !isApproved {
            if !payment.isOfPrice { flags.insert(.amountMismatch) }
            if !payment.isOfPack { flags.insert(.packMismatch) }
        }
        if payments.count(where: \.hasRemainder) > 1 { flags.insert(.paidTwice) }
        let remaining = accepted.reduce(into: Int64(0)) { remaining, payment in
            remaining = min(sold, remaining + payment.remainingCredits(of: sold))
        }
        return Purchase.Position(
            credits: Credits(rawValue: remaining) ?? .zero,
            status: status(payments, accepted, sold),
            flags: flags,
            undecided: decisions.map(\.claim).sorted { ($0.kind.rawValue, $0.id) < ($1.kind.rawValue, $1.id) }
        )
    }
}

extension PurchaseReading {
    private func status(_ payments: [PaidPayment], _ accepted: [PaidPayment], _ sold: Int64) -> Purchase.Status {
        if payments.isEmpty {
            if !pending.isSubset(of: failed) { return .pending }
            if hasExpired { return .expired }
            return failed.isEmpty ? .opened : .failed
        }
        if accepted.isEmpty, payments.contains(where: \.hasRemainder) { return .held }
        // If there are several payments, the one that gives the most credits counts.
        let outcomes = (accepted.isEmpty ? payments : accepted).map { ($0.remainingCredits(of: sold), $0.status) }
        let best = outcomes.map(\.0).max()
        let statuses = Set(outcomes.filter { $0.0 == best }.map(\.1))
        let order: [Purchase.Status] = [.paid, .disputed, .partlyRefunded, .chargedBack, .refunded]
        return order.first(where: statuses.contains) ?? .opened
    }

    /// Returns the paid payments, with the amounts that were refunded or disputed, and the claims for which a person
    /// has to decide how much they took. Until then, a refund takes nothing, a dispute in another currency takes
    /// everything, and a dispute of an unknown payment takes nothing.
    private func payments(for purchase: Purchase) -> ([PaidPayment], decisions: [PendingDecision]) {
        var payments: [String: PaidPayment] = [:]
        for (id, amounts) in paid {
            let isOfPack = isOfPack(id, purchase)
            payments[id] = amounts.map { PaidPayment($0, of: purchase, isOfPack: isOfPack) }.max { $0.rank < $1.rank }
        }
        var unclear: [Claim] = []
        for claim in claims {
            let named = payment(named: claim.payments)
            let size = named.flatMap { payments[$0]?.amount }.flatMap { claim.sizes($0).max() }
            if let named, let amount = payments[named]?.amount {
                for size in claim.sizes(amount) { payments[named]?.add(claim.effect, size) }
            }
            if isUnclear(claim, named, size, payments) { unclear.append(claim) }
        }
        let decisions = decisions(for: unclear, &payments)
        return (Array(payments.values), decisions)
    }

    /// Whether only a person can decide how much a claim took. A running total in another currency may be newer than
    /// the totals in the payment's currency.
    private func isUnclear(
        _ claim: Claim, _ payment: String?, _ size: Int64?, _ payments: [String: PaidPayment]
    ) -> Bool {
        if claim.effect == .failedRefund, let payment, payments[payment] != nil { return size == nil }
        guard claim.takesMoney, let payment, let amount = payments[payment]?.amount else {
            return claim.takesMoney && isStray(claim.payments)
        }
        return size == nil || claim.kind == .refundsSoFar && claim.stated(amount.currency) != nil
    }

    /// Adds the amounts that a person has decided, and the defaults for claims that wait for a decision. Fully refunded
    /// payments need no decision. If there are several payments and a claim refers to none of them, it counts against
    /// the first payment that isn't fully refunded. The customer gets the credits once, so it doesn't matter which one.
    private func decisions(for claims: [Claim], _ payments: inout [String: PaidPayment]) -> [PendingDecision] {
        func target(of claim: Claim) -> String? {
            payment(named: claim.payments) ?? payments.filter { !$0.value.isFullyTakenBack }.keys.min()
        }
        let sorted = claims.sorted { ($0.kind.rawValue, $0.id) < ($1.kind.rawValue, $1.id) }
        var open: [Claim] = []
        for claim in sorted {
            guard let target = target(of: claim), let currency = payments[target]?.amount.currency else { continue }
            let (size, isLatest) = countedAmount(of: claim, currency)
            if let size {
                payments[target]?.add(claim.effect, size)
            } else if claim.effect == .failedRefund {
                payments[target]?.hasFailedRefundOfUnknownSize = true
            }
            if !isLatest { open.append(claim) }
        }
        let decisions = open.compactMap { claim -> PendingDecision? in
            guard let target = target(of: claim), let payment = payments[target], !payment.isFullyTakenBack,
                claim.effect != .failedRefund || payment.isTotalUnclear
            else { return nil }
            return PendingDecision(
                claim, of: target, payment.amount, isStray: self.payment(named: claim.payments) == nil)
        }
        for decision in decisions where decision.flag == .disputeCurrency && counted[decision.claim.id] == nil {
            payments[decision.payment]?.add(.dispute, decision.claim.payment.minorUnits)
        }
        return decisions
    }

    /// Returns the amount that a person decided for a claim. If the provider has reported more since, that decision is
    /// outdated; until the next one, the earlier decision that is best for the customer counts. A ledger accepts no
    /// second decision for the same amount; if there is one, the better one for the customer counts.
    private func countedAmount(of claim: Claim, _ currency: String) -> (size: Int64?, isLatest: Bool) {
        let counts = counted[claim.id] ?? []
        let stated = claim.totalStated(currency)
        let latest = counts.filter { $0.stated == nil || $0.stated == stated }.map(\.size).min()
        return (latest ?? counts.map(\.size).min(), latest != nil)
    }

    /// All claims that may have taken money.
    private var claims: [Claim] {
        refundsSoFar.map { id, total in
            Claim(
                .refundsSoFar, id, total.payments, takesMoney: true, .total, total.totals, total.stated,
                total.totalStated)
        }
            + refunds.map { id, refund in
                let effect: ClaimEffect = refund.isLive ? .refund : .failedRefund
                return Claim(
                    .refund, id, refund.payments, takesMoney: refund.isLive, effect, refund.sizes, refund.stated,
                    refund.totalStated)
            }
            + disputes.map { id, dispute in
                let effect: ClaimEffect = dispute.isOpen ? .openDispute : .dispute
                let takesMoney = dispute.takesMoney
                return Claim(
                    .dispute, id, dispute.payments, takesMoney: takesMoney, effect, dispute.sizes, dispute.stated,
                    dispute.totalStated)
            }
    }

    /// Whether every reported cart of the payment is what was sold. True if no cart was reported or the purchase's
    /// product isn't recorded.
    private func isOfPack(_ payment: String, _ purchase: Purchase) -> Bool {
        guard let sold = purchase.sold, let carts = carts[payment] else { return true }
        return carts.allSatisfy { $0.isExactly(sold) }
    }

    /// Returns the payment that a refund or a dispute is about. A provider can use either of two ids for a payment. If
    /// only one payment was paid, the claim is about that one, unless it refers to a payment whose money is still on
    /// its way.
    private func payment(named names: Set<String>) -> String? {
        if let named = names.filter({ paid[$0] != nil }).min() { return named }
        return paid.count == 1 && !isAwaited(names) ? paid.keys.first : nil
    }

    /// Whether several payments are possible and the claim refers to none of them.
    private func isStray(_ names: Set<String>) -> Bool {
        paid.count > 1 && payment(named: names) == nil && !isAwaited(names)
    }

    private func isAwaited(_ names: Set<String>) -> Bool {
        !names.isDisjoint(with: pending) || !names.isDisjoint(with: failed)
    }
}

/// How a claim affects its payment.
enum ClaimEffect {
    /// A running total of refunds.
    case total
    case refund, failedRefund
    case dispute, openDispute
}

/// A person's decision, and the amount that the claim had reported by then; nil if that isn't known, in which case the
/// decision is final.
private struct CountedAmount {
    let size: Int64
    let stated: Money?
}

/// A refund, a running total or a dispute of one payment.
private struct Claim {
    let kind: Purchase.UndecidedClaim.Kind
    let id: String
    let payments: Set<String>
    let takesMoney: Bool
    let effect: ClaimEffect
    /// The amounts of the payment that it took; for a running total, each reported total. Empty if that can't be known.
    let sizes: (Money) -> [Int64]
    /// Returns the amount reported in another currency than this.
    let stated: (String) -> Money?
    /// Returns the total amount reported, preferably in another currency than this. A decision applies to this total.
    let totalStated: (String) -> Money?

    init(
        _ kind: Purchase.UndecidedClaim.Kind, _ id: String, _ payments: Set<String>, takesMoney: Bool,
        _ effect: ClaimEffect,
        _ sizes: @escaping (Money) -> [Int64], _ stated: @escaping (String) -> Money?,
        _ totalStated: @escaping (String) -> Money?
    ) {
        (self.kind, self.id, self.payments, self.takesMoney) = (kind, id, payments, takesMoney)
        (self.effect, self.sizes, self.stated, self.totalStated) = (effect, sizes, stated, totalStated)
    }
}

/// A claim for which a person has to decide the amount.
private struct PendingDecision {
    let flag: Purchase.Flag
    let payment: String
    let claim: Purchase.UndecidedClaim

    init(_ claim: Claim, of payment: String, _ amount: Money, isStray: Bool) {
        self.payment = payment
        flag = isStray ? .strayClaim : claim.kind == .dispute ? .disputeCurrency : .refundCurrency
        let stated = isStray ? nil : claim.stated(amount.currency)
        self.claim = Purchase.UndecidedClaim(
            kind: claim.kind, id: claim.id, stated: stated, payment: amount,
            totalStated: claim.totalStated(amount.currency))
    }
}
