/// What a purchase is worth in credits, and how it stands: a pure function of the set of facts about it, whatever
/// their order was and however often they came.
public struct PurchasePosition: Sendable, Hashable {
    /// The credits that the account should have received for it by now, on balance.
    public let credits: Credits
    public let status: PurchaseStatus
    /// Why a person should look at it.
    public let flags: Set<PurchaseFlag>

    /// - Parameters:
    ///   - purchase: what was sold, as it was recorded when the checkout was made.
    ///   - facts: all that the provider has said of it.
    public init(of purchase: Purchase, given facts: some Sequence<PurchaseFact>) {
        self = Reading(facts).position(of: purchase)
    }

    fileprivate init(credits: Credits, status: PurchaseStatus, flags: Set<PurchaseFlag>) {
        self.credits = credits
        self.status = status
        self.flags = flags
    }
}

public enum PurchaseStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Recorded; nothing was paid.
    case opened
    /// The money is on its way.
    case pending
    case paid
    case failed
    case expired
    case partlyRefunded = "partly refunded"
    case refunded
    /// A dispute is open, and the money is still there.
    case disputed
    /// A dispute has taken the money, for now or for good.
    case chargedBack = "charged back"
    /// Paid, but not as it was sold: see the flags. A person decides.
    case held
}

public enum PurchaseFlag: String, Sendable, Hashable, Codable, CaseIterable {
    /// What was paid is not what the checkout was made for, in amount or currency. Nothing is granted until a person
    /// approves.
    case amountMismatch = "amount mismatch"
    /// The same checkout was paid for more than once.
    case paidTwice = "paid twice"
    /// A refund is in another currency than the payment, and can't be counted.
    case refundCurrency = "refund in another currency"
}

/// Facts by what they are about. Everything in it is a set, a sum over a set or a maximum: no order can show.
private struct Reading {
    private struct Payment {
        var amounts: Set<PaidAmount> = []
        var refundedSoFar: Set<Money> = []
        var isPending = false
        var hasFailed = false
    }

    fileprivate struct PaidAmount: Hashable {
        let amount: Money
        let tax: Int64
    }

    /// A refund or a dispute. An amount of nil is all of the payment.
    fileprivate struct Claim<Step: Hashable> {
        var payments: Set<String> = []
        var steps: Set<Step> = []
        var amounts: Set<Money?> = []

        mutating func add(_ payment: String, _ amount: Money?, _ step: Step) {
            payments.insert(payment)
            amounts.insert(amount)
            steps.insert(step)
        }
    }

    private var payments: [String: Payment] = [:]
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
        case .pending(let payment): payments[payment, default: Payment()].isPending = true
        case .paymentFailed(let payment): payments[payment, default: Payment()].hasFailed = true
        case .paid(let payment, let amount, let tax):
            payments[payment, default: Payment()].amounts.insert(PaidAmount(amount: amount, tax: tax))
        case .refundedSoFar(let payment, let amount):
            payments[payment, default: Payment()].refundedSoFar.insert(amount)
        case .refund(let id, let payment, let amount, let status):
            refunds[id, default: Claim()].add(payment, amount, status)
        case .dispute(let id, let payment, let amount, let step):
            disputes[id, default: Claim()].add(payment, amount, step)
        }
    }
}

extension Reading {
    func position(of purchase: Purchase) -> PurchasePosition {
        let paid = payments.compactMap { id, payment in self.paid(id, payment, purchase.price) }
        let counted = paid.filter { $0.isAsSold || isApproved }
        var flags: Set<PurchaseFlag> = []
        if counted.count < paid.count { flags.insert(.amountMismatch) }
        if paid.count > 1 { flags.insert(.paidTwice) }
        if paid.contains(where: \.hasForeignRefund) { flags.insert(.refundCurrency) }
        // Who paid twice and had one payment back has still paid once.
        let kept = counted.reduce(into: Int64(0)) { sum, payment in
            sum = min(purchase.credits.rawValue, sum + payment.kept(of: purchase.credits.rawValue))
        }
        return PurchasePosition(
            credits: Credits(rawValue: kept) ?? .zero,
            status: status(paid: paid, counted: counted),
            flags: flags
        )
    }

    private func status(paid: [PaidPayment], counted: [PaidPayment]) -> PurchaseStatus {
        if counted.isEmpty {
            if !paid.isEmpty { return .held }
            if payments.values.contains(where: { $0.isPending && !$0.hasFailed }) { return .pending }
            if hasExpired { return .expired }
            return payments.values.contains(where: \.hasFailed) ? .failed : .opened
        }
        if counted.contains(where: { $0.disputed > 0 }) { return .chargedBack }
        if counted.contains(where: \.hasOpenDispute) { return .disputed }
        if counted.allSatisfy({ $0.refunded == 0 }) { return .paid }
        return counted.allSatisfy { $0.refunded >= $0.amount } ? .refunded : .partlyRefunded
    }

    /// Nil when the payment's money has not come.
    private func paid(_ id: String, _ payment: Payment, _ price: Money) -> PaidPayment? {
        // No provider tells two amounts of one payment. Should it happen, the larger one is asked to be the price.
        guard let largest = payment.amounts.max(by: { $0.order < $1.order }) else { return nil }
        let amount = largest.amount
        var paid = PaidPayment(amount: amount.minorUnits)
        paid.isAsSold =
            amount == price || Money(minorUnits: amount.minorUnits - largest.tax, currency: amount.currency) == price

        var live: Int64 = 0
        var dead: Int64 = 0
        for refund in refunds.values where belongs(refund.payments, to: id) {
            guard let size = size(of: refund.amounts, of: amount) else {
                paid.hasForeignRefund = true
                continue
            }
            let isDead = !refund.steps.isDisjoint(with: [.failed, .cancelled])
            if isDead { dead = sum(dead, size) } else { live = sum(live, size) }
        }
        // A running total counts refunds that failed later, and refunds that nothing else was heard of.
        let soFar = payment.refundedSoFar.filter { $0.currency == amount.currency }.map(\.minorUnits).max() ?? 0
        paid.refunded = max(live, soFar - dead)

        for dispute in disputes.values where belongs(dispute.payments, to: id) {
            if dispute.takesMoney {
                // Banks dispute in their own currency: then it is all of the payment.
                paid.disputed = sum(paid.disputed, size(of: dispute.amounts, of: amount) ?? amount.minorUnits)
            }
            paid.hasOpenDispute = paid.hasOpenDispute || dispute.isOpen
        }
        return paid
    }

    /// A provider can name a payment in two ways. Where only one was paid, there is no doubt which is meant.
    private func belongs(_ names: Set<String>, to payment: String) -> Bool {
        if names.contains(payment) { return true }
        let paid = payments.filter { !$0.value.amounts.isEmpty }
        return paid.count == 1 && paid.keys.allSatisfy { !names.contains($0) }
    }

    /// - Returns: the largest amount that was told; nil when all of them are in another currency.
    private func size(of amounts: Set<Money?>, of payment: Money) -> Int64? {
        let told = amounts.compactMap(\.self)
        if told.isEmpty { return payment.minorUnits }
        return told.filter { $0.currency == payment.currency }.map(\.minorUnits).max()
    }

    private func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}

/// A payment whose money came, and how much of it is gone again, in minor units.
private struct PaidPayment {
    let amount: Int64
    var isAsSold = false
    var refunded: Int64 = 0
    var disputed: Int64 = 0
    var hasOpenDispute = false
    var hasForeignRefund = false

    init(amount: Int64) {
        self.amount = amount
    }

    /// What is taken back is rounded down: no customer loses a credit to rounding.
    func kept(of credits: Int64) -> Int64 {
        let (both, overflow) = refunded.addingReportingOverflow(disputed)
        let gone = overflow ? amount : min(max(both, 0), amount)
        guard gone > 0 else { return credits }
        let taken = amount.dividingFullWidth(credits.multipliedFullWidth(by: gone)).quotient
        return credits - taken
    }
}

extension Reading.Claim<DisputeStep> {
    fileprivate var takesMoney: Bool {
        !steps.isDisjoint(with: [.withdrawn, .lost]) && steps.isDisjoint(with: [.reinstated, .won])
    }

    fileprivate var isOpen: Bool {
        steps.contains(.opened) && steps.isDisjoint(with: [.withdrawn, .lost, .reinstated, .won, .warningClosed])
    }
}

extension Reading.PaidAmount {
    fileprivate var order: (Int64, String, Int64) { (amount.minorUnits, amount.currency, tax) }
}
