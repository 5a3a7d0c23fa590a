/// Everything that the facts report about one refund, or about the running total of a payment's refunds.
struct RefundClaim {
    private(set) var payments: Set<String> = []
    private var statuses: Set<Purchase.RefundStatus> = []
    private var amounts = ClaimedAmounts()

    mutating func add(_ payment: String, _ amount: Money?, _ status: Purchase.RefundStatus) {
        payments.insert(payment)
        amounts.insert(amount)
        statuses.insert(status)
    }

    /// Whether it takes money. After `failed` or `cancelled`, which are final, it takes none.
    var isLive: Bool { statuses.isDisjoint(with: [.failed, .cancelled]) }

    /// - Returns: in minor units of the payment; empty if only other currencies were reported.
    func sizes(of payment: Money) -> [Int64] { [amounts.size(of: payment)].compactMap(\.self) }

    /// Every running total in the payment's currency; "all of the payment" counts as its full amount.
    func totals(of payment: Money) -> [Int64] { amounts.sizes(of: payment) }

    func stated(besides currency: String) -> Money? { amounts.stated(besides: currency) }

    func totalStated(besides currency: String) -> Money? { amounts.stated(besides: currency) ?? amounts.largest }
}

/// Everything that the facts report about one dispute.
struct DisputeClaim {
    private(set) var payments: Set<String> = []
    private var steps: Set<Purchase.DisputeStep> = []
    private var amounts = ClaimedAmounts()
    private var movements: [String: Set<Money>] = [:]

    mutating func add(_ payment: String, _ amount: Money?, _ step: Purchase.DisputeStep) {
        payments.insert(payment)
        amounts.insert(amount)
        steps.insert(step)
    }

    mutating func add(_ payment: String, movement: String, _ amount: Money) {
        payments.insert(payment)
        movements[movement, default: []].insert(amount)
    }

    /// Whether it has taken money, as far as that is known without the amount of the payment.
    var takesMoney: Bool {
        guard !hasReturned else { return false }
        return hasTaken || moved.contains { $0.minorUnits < 0 }
    }

    var isOpen: Bool {
        steps.contains(.opened) && !hasTaken && !hasReturned && !steps.contains(.warningClosed) && movements.isEmpty
    }

    /// Returns the part of the payment that it has taken so far: withdrawals minus reinstatements.
    ///
    /// If the provider reports no movements, a dispute that was won or reinstated takes nothing, and one that was
    /// withdrawn or lost takes its amount. Movements can be in another currency: that of the business's account at the
    /// provider. They show whether all or nothing came back, but not which part of the payment a partial movement is.
    ///
    /// - Returns: in minor units of the payment; nil if that can't be known.
    func taken(of payment: Money) -> Int64? {
        guard takesMoney else { return 0 }
        let all = amounts.isEmpty ? max(0, payment.minorUnits) : amounts.size(of: payment)
        let withdrawn = moved.filter { $0.minorUnits < 0 }
        let reinstated = moved.filter { $0.minorUnits > 0 }
        guard !moved.contains(where: { $0.currency != payment.currency }) else {
            if reinstated.isEmpty { return all }
            return sum(reinstated) >= sum(withdrawn) && Set(moved.map(\.currency)).count == 1 && !withdrawn.isEmpty
                ? 0 : nil
        }
        guard let gone = withdrawn.isEmpty ? all : sum(withdrawn) else { return nil }
        return max(0, gone - sum(reinstated))
    }

    func sizes(of payment: Money) -> [Int64] { [taken(of: payment)].compactMap(\.self) }

    func stated(besides currency: String) -> Money? {
        amounts.stated(besides: currency) ?? moved.first { $0.currency != currency }
    }

    /// Withdrawals minus reinstatements, if movements report them in another currency; otherwise the amount of the
    /// dispute.
    func totalStated(besides currency: String) -> Money? {
        let foreign = moved.filter { $0.currency != currency }
        guard let other = foreign.last?.currency else { return amounts.stated(besides: currency) ?? amounts.largest }
        let gone = sum(foreign.filter { $0.minorUnits < 0 }) - sum(foreign.filter { $0.minorUnits > 0 })
        return Money(minorUnits: gone, currency: other)
    }

    private var hasTaken: Bool { !steps.isDisjoint(with: [.withdrawn, .lost]) }
    private var hasReturned: Bool { !steps.isDisjoint(with: [.reinstated, .won]) }

    /// A provider should report one amount for a movement. If it reports two, the lower amount counts.
    private var moved: [Money] {
        movements.sorted { $0.key < $1.key }.compactMap { _, amounts in
            amounts.min { ($0.minorUnits, $0.currency) < ($1.minorUnits, $1.currency) }
        }
    }

    private func sum(_ movements: [Money]) -> Int64 {
        movements.reduce(0) { sum, movement in
            let (total, overflow) = sum.addingReportingOverflow(movement.size)
            return overflow ? .max : total
        }
    }
}

/// The amounts reported for one refund or dispute; nil means all of the payment.
private struct ClaimedAmounts {
    private var amounts: Set<Money?> = []

    var isEmpty: Bool { amounts.isEmpty }

    mutating func insert(_ amount: Money?) { amounts.insert(amount) }

    /// Returns the largest amount in the payment's currency, or all of the payment if only that was reported.
    func size(of payment: Money) -> Int64? {
        let stated = amounts.compactMap(\.self)
        let comparable = stated.filter { $0.currency == payment.currency }.map { max(0, $0.minorUnits) }.max()
        return comparable ?? (amounts.contains(nil) || stated.isEmpty ? max(0, payment.minorUnits) : nil)
    }

    /// Returns all amounts in the payment's currency, and all of the payment if that was reported.
    func sizes(of payment: Money) -> [Int64] {
        amounts.compactMap { amount in
            guard let amount else { return max(0, payment.minorUnits) }
            return amount.currency == payment.currency ? max(0, amount.minorUnits) : nil
        }
    }

    /// Returns the largest amount in another currency; for a running total, the largest is the latest.
    func stated(besides currency: String) -> Money? { largest { $0.currency != currency } }

    var largest: Money? { largest { _ in true } }

    private func largest(where isMeant: (Money) -> Bool) -> Money? {
        amounts.compactMap(\.self).filter(isMeant)
            .max { ($0.minorUnits, $0.currency) < ($1.minorUnits, $1.currency) }
    }
}
