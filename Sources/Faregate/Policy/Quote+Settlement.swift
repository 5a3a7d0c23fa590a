extension Quote {
    /// The limits as a ledger checks them for a call at this time.
    package func limitChecks(at now: Timestamp) -> [LimitCheck] { prepared.terms(of: self, at: now).limits }

    /// The settlement of a call that used these units. In shadow mode nothing is taken, but limits count as if they
    /// were enforced.
    ///
    /// - Parameter used: a unit that isn't listed counts at its quoted amount.
    /// - Throws: ``InvalidInput`` as ``credits(for:)`` does.
    package func settlement(of used: Units, answer: [UInt8]? = nil) throws(InvalidInput) -> Settlement {
        var settlement = Settlement(overrun: overrun, debtLimit: debtLimit, used: used, result: answer)
        let units = units.merging(used) { $1 }
        let cost = try credits(for: units)
        if mode == .enforce { settlement.cost = cost }
        for limit in limits where limit.count != .calls {
            settlement.counted[counter(of: limit)] = limit.amount(credits: cost, units: units)
        }
        return settlement
    }
}

extension Policy {
    /// The present name of a plan that is recorded under a present or former name.
    package func currentPlan(_ name: String?) -> String? { name.map { planBook[$0]?.name ?? $0 } }

    /// The length of the longest window of a limit; 0 without limits.
    package var longestWindowMilliseconds: Int64 {
        actions.values.flatMap(\.limits).map(\.window.longestMilliseconds).max() ?? 0
    }
}

extension Policy.Limit.Window {
    fileprivate var longestMilliseconds: Int64 {
        let day: Int64 = 24 * 60 * 60 * 1000
        return switch self {
        case .within(let duration): duration.milliseconds
        case .per(.minute): 60_000
        case .per(.hour): 3_600_000
        // A day can have 25 hours, and some time zones have skipped or repeated one.
        case .per(.day): 2 * day
        case .per(.week): 8 * day
        case .per(.month): 32 * day
        case .per(.year): 367 * day
        }
    }
}
