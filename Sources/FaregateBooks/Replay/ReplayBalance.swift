import Faregate

extension Replay {
    /// What an account would have.
    struct Balance {
        /// The credits that pay for all actions.
        var credits: Int64 = 0
        /// The grants that pay for some actions.
        private(set) var lots: [Lot] = []
        var debt: Int64 = 0
        /// The credits that expired, and that the account would have spent before: they don't roll over.
        var lapsed: Int64 = 0
        /// The last call of the period that was closed.
        var latestClosed: Int64?
    }

    /// What is left of a grant that pays for some actions.
    ///
    /// `credits` is negative if the other prices took more before the expiry than the recorded ones: the recorded
    /// expiry also takes credits already spent. The sum of the lots for the same actions is never negative.
    struct Lot {
        let grant: ReplayedGrant
        var credits: Int64
    }

    /// The credits that a call holds.
    struct Hold {
        fileprivate(set) var credits: Int64 = 0
        /// Those of them that came from grants for some actions, by grant.
        fileprivate var parts: [Int64: Int64] = [:]
    }
}

/// A grant that pays for some actions.
struct ReplayedGrant: Sendable {
    let id: Int64
    let actions: [String]
    let priority: Int64
    /// When it expires. If credits were returned to it after its expiry: when these expire.
    let expiresAt: Timestamp
    /// When it expired, if credits were returned to it since.
    let lapsedAt: Timestamp?
    let position: Int64

    fileprivate func isSpentBefore(_ other: ReplayedGrant, at now: Timestamp) -> Bool {
        (priority, expiry(at: now), position, id) < (other.priority, other.expiry(at: now), other.position, other.id)
    }

    private func expiry(at now: Timestamp) -> Timestamp {
        if let lapsedAt, now < lapsedAt { lapsedAt } else { expiresAt }
    }
}

extension Replay.Balance {
    /// The credits that can pay for an action.
    ///
    /// - Parameter names: the action's names.
    func available(for names: [String]) -> Int64 {
        lots.reduce(max(0, credits)) { $1.pays(for: names) ? $0 + $1.credits : $0 }
    }

    /// Takes credits for a call, in spending order. If they don't suffice, the general credits become negative.
    mutating func take(_ amount: Int64, for names: [String], into hold: inout Replay.Hold, at now: Timestamp) {
        var rest = amount
        for index in spendingOrder(at: now) where rest > 0 && lots[index].pays(for: names) {
            let part = min(rest, left(in: index))
            guard part > 0 else { continue }
            lots[index].credits -= part
            hold.parts[lots[index].grant.id, default: 0] += part
            rest -= part
        }
        credits -= rest
        hold.credits += amount
    }

    /// Returns credits to where they came from, in reverse spending order.
    mutating func giveBack(_ amount: Int64, from hold: inout Replay.Hold, at now: Timestamp) {
        let general = hold.credits - hold.parts.values.reduce(0, +)
        var rest = amount - min(amount, general)
        credits += amount - rest
        hold.credits -= amount
        guard rest > 0 else { return }
        for index in spendingOrder(at: now).reversed() where rest > 0 {
            let grant = lots[index].grant.id
            let part = min(rest, hold.parts[grant] ?? 0)
            lots[index].credits += part
            hold.parts[grant, default: 0] -= part
            rest -= part
        }
    }

    /// Takes or gives back credits, until the call holds this amount.
    mutating func change(_ hold: inout Replay.Hold, to amount: Int64, for names: [String], at now: Timestamp) {
        if amount < hold.credits {
            giveBack(hold.credits - amount, from: &hold, at: now)
        } else {
            take(amount - hold.credits, for: names, into: &hold, at: now)
        }
    }

    /// Changes what is left of a grant.
    ///
    /// - Returns: the credits missing in it and in all lots for the same actions.
    mutating func change(_ grant: Int64?, by amount: Int64) -> Int64 {
        guard let index = lots.firstIndex(where: { $0.grant.id == grant }) else {
            credits += amount
            let missing = max(0, -credits)
            credits += missing
            return missing
        }
        lots[index].credits += amount
        let actions = lots[index].grant.actions
        let missing = max(0, -sum(of: actions))
        guard missing > 0 else { return 0 }
        for index in lots.indices where lots[index].grant.actions == actions { lots[index].credits = 0 }
        return missing
    }

    /// Undoes the lines of a sum.
    mutating func undo(_ sum: ReplayedSum) {
        debt -= sum.debt
        guard let grant = sum.grant else { return credits -= sum.credits }
        add(grant)
        if let index = lots.firstIndex(where: { $0.grant.id == grant.id }) { lots[index].credits -= sum.credits }
    }

    /// Adds a grant with these credits left, unless it is known.
    mutating func add(_ grant: ReplayedGrant, credits: Int64 = 0) {
        guard !lots.contains(where: { $0.grant.id == grant.id }) else { return }
        lots.append(Replay.Lot(grant: grant, credits: credits))
    }

    /// Pays the debt from all credits, as the ledger does before a call.
    mutating func payDebt(at now: Timestamp) {
        guard debt > 0 else { return }
        for index in spendingOrder(at: now) { payDebt(from: lots[index].grant.id, atMost: debt) }
        payDebt(from: nil, atMost: debt)
    }

    /// Pays the debt from a grant, or from the credits for all actions.
    mutating func payDebt(from grant: Int64?, atMost limit: Int64) {
        if let index = lots.firstIndex(where: { $0.grant.id == grant }) {
            let paid = max(0, min(debt, limit, left(in: index)))
            lots[index].credits -= paid
            debt -= paid
        } else {
            let paid = max(0, min(debt, limit, credits))
            credits -= paid
            debt -= paid
        }
    }

    /// Most accounts have at most one such grant.
    private func spendingOrder(at now: Timestamp) -> [Int] {
        lots.count < 2
            ? Array(lots.indices) : lots.indices.sorted { lots[$0].grant.isSpentBefore(lots[$1].grant, at: now) }
    }

    private func sum(of actions: [String]) -> Int64 {
        lots.reduce(0) { $1.grant.actions == actions ? $0 + $1.credits : $0 }
    }

    /// What can be taken from a grant.
    private func left(in index: Int) -> Int64 { min(lots[index].credits, sum(of: lots[index].grant.actions)) }
}

extension Replay.Lot {
    fileprivate func pays(for names: [String]) -> Bool { grant.actions.contains { names.contains($0) } }
}
