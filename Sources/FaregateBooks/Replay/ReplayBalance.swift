extension Replay {
    /// What an account would have.
    struct Balance {
        /// The credits that pay for all actions.
        var credits: Int64 = 0
        /// The grants that pay for some actions, in burn order.
        private(set) var lots: [Lot] = []
        var debt: Int64 = 0
        /// The last call of the period that was closed.
        var latestClosed: Int64?
    }

    /// What is left of a grant that pays for some actions.
    ///
    /// It is negative if the other prices took more than the recorded ones, and the grant then expired: the credits that
    /// rolled over from it, or others for the same actions, are fewer by that. The sum for a list of actions isn't
    /// negative.
    struct Lot {
        let grant: ReplayedGrant
        var credits: Int64
    }

    /// The credits that a call holds.
    struct Hold {
        fileprivate(set) var credits: Int64 = 0
        /// Those of them that came from grants for some actions, in burn order.
        fileprivate var parts: [(grant: Int64, credits: Int64)] = []
    }
}

/// A grant that pays for some actions.
struct ReplayedGrant: Sendable {
    let id: Int64
    let actions: [String]
    let priority: Int64
    let expiresAt: Int64
    let position: Int64

    fileprivate func burnsBefore(_ other: ReplayedGrant) -> Bool {
        (priority, expiresAt, position, id) < (other.priority, other.expiresAt, other.position, other.id)
    }
}

extension Replay.Balance {
    /// The credits that can pay for an action.
    ///
    /// - Parameter names: the action's names.
    func available(for names: [String]) -> Int64 {
        lots.reduce(max(0, credits)) { $1.pays(for: names) ? $0 + $1.credits : $0 }
    }

    /// Takes credits for a call, in burn order. What nobody has makes the general credits negative.
    mutating func take(_ amount: Int64, for names: [String], into hold: inout Replay.Hold) {
        var rest = amount
        for index in lots.indices where rest > 0 && lots[index].pays(for: names) {
            let part = min(rest, left(in: index))
            guard part > 0 else { continue }
            lots[index].credits -= part
            hold.parts.append((lots[index].grant.id, part))
            rest -= part
        }
        credits -= rest
        hold.credits += amount
    }

    /// Returns credits to where they came from, in reverse burn order.
    mutating func giveBack(_ amount: Int64, from hold: inout Replay.Hold) {
        let general = hold.credits - hold.parts.reduce(0) { $0 + $1.credits }
        var rest = amount - min(amount, general)
        credits += amount - rest
        while rest > 0, let last = hold.parts.last {
            let part = min(rest, last.credits)
            if let index = lots.firstIndex(where: { $0.grant.id == last.grant }) { lots[index].credits += part }
            hold.parts[hold.parts.count - 1].credits -= part
            if part == last.credits { hold.parts.removeLast() }
            rest -= part
        }
        hold.credits -= amount
    }

    /// Takes or gives back credits, until the call holds this amount.
    mutating func change(_ hold: inout Replay.Hold, to amount: Int64, for names: [String]) {
        if amount < hold.credits {
            giveBack(hold.credits - amount, from: &hold)
        } else {
            take(amount - hold.credits, for: names, into: &hold)
        }
    }

    /// Changes what is left of a grant.
    ///
    /// - Returns: how many credits it lacked, and others for the same actions too.
    mutating func change(_ grant: Int64?, by amount: Int64) -> Int64 {
        guard let index = lots.firstIndex(where: { $0.grant.id == grant }) else {
            credits += amount
            let missing = max(0, -credits)
            credits += missing
            return missing
        }
        lots[index].credits += amount
        let missing = max(0, -sum(of: lots[index].grant.actions))
        guard missing > 0 else { return 0 }
        let actions = lots[index].grant.actions
        for index in lots.indices where lots[index].grant.actions == actions { lots[index].credits = 0 }
        return missing
    }

    /// Goes back to before the lines of a sum.
    mutating func undo(_ sum: ReplayedSum) {
        debt -= sum.debt
        guard let grant = sum.grant else { return credits -= sum.credits }
        add(grant)
        if let index = lots.firstIndex(where: { $0.grant.id == grant.id }) { lots[index].credits -= sum.credits }
    }

    /// Adds a grant of which nothing is left, unless it is known.
    mutating func add(_ grant: ReplayedGrant, credits: Int64 = 0) {
        guard !lots.contains(where: { $0.grant.id == grant.id }) else { return }
        let index = lots.firstIndex { grant.burnsBefore($0.grant) } ?? lots.endIndex
        lots.insert(Replay.Lot(grant: grant, credits: credits), at: index)
    }

    /// The ledger has no debt beside credits when it decides about a call.
    mutating func payDebt(atMost limit: Int64 = .max) {
        var rest = min(debt, limit)
        for index in lots.indices where rest > 0 {
            let paid = min(rest, left(in: index))
            guard paid > 0 else { continue }
            lots[index].credits -= paid
            debt -= paid
            rest -= paid
        }
        let paid = min(rest, max(0, credits))
        credits -= paid
        debt -= paid
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
