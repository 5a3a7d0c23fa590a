/// The facts of an order, each under what it is about. Everything in here is a set, and what is worked out from it a sum
/// or a maximum over a set: neither order nor repetition can show.
struct PurchaseReading {
    private var paid: [String: Set<PaidAmount>] = [:]
    private var carts: [String: Set<Purchase.Cart>] = [:]
    private var pending: Set<String> = []
    private var failed: Set<String> = []
    private var refundsSoFar: [String: RefundClaim] = [:]
    private var refunds: [String: RefundClaim] = [:]
    private var disputes: [String: DisputeClaim] = [:]
    private var counted: [String: [Count]] = [:]
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
            counted[id, default: []].append(Count(size: max(0, amount.minorUnits), stated: stated))
        }
    }

    func position(of purchase: Purchase) -> Purchase.Position {
        let sold = purchase.credits.rawValue
        let (payments, doubts) = payments(for: purchase)
        var flags = Set(doubts.map(\.flag))
        let accepted = payments.filter { $0.isAsSold || isApproved }
        for payment in payments where payment.stands && !isApproved {
            if !payment.isOfPrice { flags.insert(.amountMismatch) }
            if !payment.isOfPack { flags.insert(.packMismatch) }
        }
        if payments.count(where: \.stands) > 1 { flags.insert(.paidTwice) }
        let kept = accepted.reduce(into: Int64(0)) { kept, payment in kept = min(sold, kept + payment.kept(of: sold)) }
        return Purchase.Position(
            credits: Credits(rawValue: kept) ?? .zero,
            status: status(payments, accepted, sold),
            flags: flags,
            undecided: doubts.map(\.claim).sorted { ($0.kind.rawValue, $0.id) < ($1.kind.rawValue, $1.id) }
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
        if accepted.isEmpty, payments.contains(where: \.stands) { return .held }
        // Of several payments the one counts that is worth most: it is what the customer has the credits for.
        let standings = (accepted.isEmpty ? payments : accepted).map { ($0.kept(of: sold), $0.status) }
        let best = standings.map(\.0).max()
        let statuses = Set(standings.filter { $0.0 == best }.map(\.1))
        let order: [Purchase.Status] = [.paid, .disputed, .partlyRefunded, .chargedBack, .refunded]
        return order.first(where: statuses.contains) ?? .opened
    }

    /// Those whose money has come, with all that was taken of it again; and the claims that wait for a person to say how much
    /// they took. A refund takes nothing until then; a dispute takes everything.
    private func payments(for purchase: Purchase) -> ([PaidPayment], doubts: [Doubt]) {
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
                for size in claim.sizes(amount) { payments[named]?.add(claim.taking, size) }
            }
            if isUnclear(claim, named, size, payments) { unclear.append(claim) }
        }
        let doubts = doubts(about: unclear, &payments)
        return (Array(payments.values), doubts)
    }

    /// Whether only a person can tell how much a claim took. A running total in another currency may be a later one than those
    /// that can be compared.
    private func isUnclear(
        _ claim: Claim, _ payment: String?, _ size: Int64?, _ payments: [String: PaidPayment]
    ) -> Bool {
        if claim.taking == .deadRefund, let payment, payments[payment] != nil { return size == nil }
        guard claim.takesMoney, let payment, let amount = payments[payment]?.amount else {
            return claim.takesMoney && isStray(claim.payments)
        }
        return size == nil || claim.kind == .refundsSoFar && claim.stated(amount.currency) != nil
    }

    /// Adds what a person has counted, and then what is taken for granted until a person counts it. Of payments that are gone
    /// already nobody needs to decide anything. What is of none of several payments is held against the first that is not
    /// gone: the customer has bought once either way.
    private func doubts(about claims: [Claim], _ payments: inout [String: PaidPayment]) -> [Doubt] {
        func target(of claim: Claim) -> String? {
            payment(named: claim.payments) ?? payments.filter { !$0.value.isGone }.keys.min()
        }
        let sorted = claims.sorted { ($0.kind.rawValue, $0.id) < ($1.kind.rawValue, $1.id) }
        var open: [Claim] = []
        for claim in sorted {
            guard let target = target(of: claim), let currency = payments[target]?.amount.currency else { continue }
            let (size, isLatest) = count(of: claim, currency)
            if let size {
                payments[target]?.add(claim.taking, size)
            } else if claim.taking == .deadRefund {
                payments[target]?.hasUntoldDead = true
            }
            if !isLatest { open.append(claim) }
        }
        let doubts = open.compactMap { claim -> Doubt? in
            guard let target = target(of: claim), let payment = payments[target], !payment.isGone,
                claim.taking != .deadRefund || payment.isTotalUnclear
            else { return nil }
            return Doubt(claim, of: target, payment.amount, isStray: self.payment(named: claim.payments) == nil)
        }
        for doubt in doubts where doubt.flag == .disputeCurrency && counted[doubt.claim.id] == nil {
            payments[doubt.payment]?.add(.dispute, doubt.claim.payment.minorUnits)
        }
        return doubts
    }

    /// What a person counted of a claim. Where more was told of it since, the count is not the latest: until a person counts
    /// again, the customer has the best of those before. A ledger takes no second count of the same; should there be one, the
    /// customer has the better of them.
    private func count(of claim: Claim, _ currency: String) -> (size: Int64?, isLatest: Bool) {
        let counts = counted[claim.id] ?? []
        let stated = claim.whole(currency)
        let latest = counts.filter { $0.stated == nil || $0.stated == stated }.map(\.size).min()
        return (latest ?? counts.map(\.size).min(), latest != nil)
    }

    /// All that may have taken money.
    private var claims: [Claim] {
        refundsSoFar.map { id, total in
            Claim(.refundsSoFar, id, total.payments, takesMoney: true, .total, total.totals, total.stated, total.whole)
        }
            + refunds.map { id, refund in
                let taking: Taking = refund.isLive ? .refund : .deadRefund
                return Claim(
                    .refund, id, refund.payments, takesMoney: refund.isLive, taking, refund.sizes, refund.stated,
                    refund.whole)
            }
            + disputes.map { id, dispute in
                let taking: Taking = dispute.isOpen ? .openDispute : .dispute
                let takesMoney = dispute.takesMoney
                return Claim(
                    .dispute, id, dispute.payments, takesMoney: takesMoney, taking, dispute.sizes, dispute.stated,
                    dispute.whole)
            }
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

/// What a claim does to its payment.
enum Taking {
    /// A running total of refunds.
    case total
    case refund, deadRefund
    case dispute, openDispute
}

/// What a person counted, and what the claim had told in all by then; nil where that isn't known: then it is for good.
private struct Count {
    let size: Int64
    let stated: Money?
}

/// A refund, a running total or a dispute, as its payment sees it.
private struct Claim {
    let kind: Purchase.UndecidedClaim.Kind
    let id: String
    let payments: Set<String>
    let takesMoney: Bool
    let taking: Taking
    /// How much of the payment it took, of a running total each that was told; none where that can't be told.
    let sizes: (Money) -> [Int64]
    /// What was told in another currency than this.
    let stated: (String) -> Money?
    /// What it has told in all, best in another currency than this: a count goes by it.
    let whole: (String) -> Money?

    init(
        _ kind: Purchase.UndecidedClaim.Kind, _ id: String, _ payments: Set<String>, takesMoney: Bool, _ taking: Taking,
        _ sizes: @escaping (Money) -> [Int64], _ stated: @escaping (String) -> Money?,
        _ whole: @escaping (String) -> Money?
    ) {
        (self.kind, self.id, self.payments, self.takesMoney) = (kind, id, payments, takesMoney)
        (self.taking, self.sizes, self.stated, self.whole) = (taking, sizes, stated, whole)
    }
}

/// A claim that a person has to count.
private struct Doubt {
    let flag: Purchase.Flag
    let payment: String
    let claim: Purchase.UndecidedClaim

    init(_ claim: Claim, of payment: String, _ amount: Money, isStray: Bool) {
        self.payment = payment
        flag = isStray ? .strayClaim : claim.kind == .dispute ? .disputeCurrency : .refundCurrency
        let stated = isStray ? nil : claim.stated(amount.currency)
        self.claim = Purchase.UndecidedClaim(
            kind: claim.kind, id: claim.id, stated: stated, payment: amount, whole: claim.whole(amount.currency))
    }
}
