extension Replay {
    /// What an account would have.
    struct Balance {
        /// The credits that pay for all actions.
        var credits: Int64 = 0
        /// The grants that pay for some actions, in burn order.
        var lots: [Lot] = []
        var debt: Int64 = 0
        /// The last call of the period that was closed.
        var latestClosed: Int64?
    }

    /// What is left of a grant that pays for some actions.
    struct Lot {
        let grant: Int64
        let actions: [String]
        var credits: Int64
    }

    /// The credits that a call holds.
    struct Hold {
        fileprivate(set) var credits: Int64 = 0
        /// Those of them that came from grants for some actions, in burn order.
        fileprivate var parts: [(grant: Int64, credits: Int64)] = []
    }
}

extension Replay.Balance {
    /// The credits that can pay for an action.
    func available(for action: String?) -> Int64 {
        lots.reduce(max(0, credits)) { $1.pays(for: action) ? $0 + $1.credits : $0 }
    }

    /// Takes credits for a call, in burn order. What nobody has makes the general credits negative.
    mutating func take(_ amount: Int64, for action: String?, into hold: inout Replay.Hold) {
        var rest = amount
        for index in lots.indices where rest > 0 && lots[index].credits > 0 && lots[index].pays(for: action) {
            let part = min(rest, lots[index].credits)
            lots[index].credits -= part
            hold.parts.append((lots[index].grant, part))
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
            if let index = lots.firstIndex(where: { $0.grant == last.grant }) { lots[index].credits += part }
            hold.parts[hold.parts.count - 1].credits -= part
            if part == last.credits { hold.parts.removeLast() }
            rest -= part
        }
        hold.credits -= amount
    }

    /// Takes or gives back credits, until the call holds this amount.
    mutating func change(_ hold: inout Replay.Hold, to amount: Int64, for action: String?) {
        if amount < hold.credits {
            giveBack(hold.credits - amount, from: &hold)
        } else {
            take(amount - hold.credits, for: action, into: &hold)
        }
    }

    /// Changes what is left of a grant.
    ///
    /// - Returns: how many credits it lacked.
    mutating func change(_ grant: Int64?, by amount: Int64) -> Int64 {
        guard let index = lots.firstIndex(where: { $0.grant == grant }) else {
            credits += amount
            let missing = max(0, -credits)
            credits += missing
            return missing
        }
        lots[index].credits += amount
        let missing = max(0, -lots[index].credits)
        lots[index].credits += missing
        return missing
    }

    /// Goes back to before the lines of a sum.
    mutating func undo(_ sum: ReplayedSum) {
        debt -= sum.debt
        if let index = lots.firstIndex(where: { $0.grant == sum.grant }) {
            lots[index].credits -= sum.credits
        } else {
            credits -= sum.credits
        }
    }

    /// The ledger has no debt beside credits when it decides about a call.
    mutating func payDebt(atMost limit: Int64 = .max) {
        var left = min(debt, limit)
        for index in lots.indices where left > 0 {
            let paid = min(left, lots[index].credits)
            lots[index].credits -= paid
            debt -= paid
            left -= paid
        }
        let paid = min(left, max(0, credits))
        credits -= paid
        debt -= paid
    }
}

extension Replay.Lot {
    fileprivate func pays(for action: String?) -> Bool { action.map(actions.contains) ?? false }
}
