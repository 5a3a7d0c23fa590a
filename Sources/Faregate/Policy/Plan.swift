/// A named set of grants that an account is on.
public struct Plan: Sendable, Hashable {
    public let name: String
    public let grants: [PlanGrant]

    public init(name: String, grants: [PlanGrant]) {
        self.name = name
        self.grants = grants
    }

    /// What an account receives once, when it is first seen on this plan.
    public var openingGrants: [Credits] { grants.filter { $0.every == .once }.map(\.credits) }
}

/// Credits that a plan grants, once or again and again.
public struct PlanGrant: Sendable, Hashable {
    public enum Period: String, Sendable, Hashable, CaseIterable {
        case once, day, week, month, year
    }

    public let credits: Credits
    public let every: Period
    /// How many unspent credits a new period takes over from the one before; the others expire with their period.
    public let rollover: Credits

    public init(credits: Credits, every: Period, rollover: Credits = 0) {
        self.credits = credits
        self.every = every
        self.rollover = rollover
    }

    /// How many credits come over from an earlier period, when nobody spent anything in those between.
    ///
    /// - Parameters:
    ///   - leftover: what was left at the end of the earlier period.
    ///   - periods: how many periods ago that was, 1 for the one before.
    public func rolledOver(_ leftover: Credits, periodsAgo periods: Int) -> Credits {
        guard periods > 0 else { return 0 }
        // Each period that nobody saw leaves all it was granted, on top of what it took over.
        let (granted, overflow) = credits.rawValue.multipliedReportingOverflow(by: Int64(periods - 1))
        let (left, tooMuch) = min(rollover, leftover).rawValue.addingReportingOverflow(granted)
        return overflow || tooMuch ? rollover : Credits(rawValue: min(rollover.rawValue, left)) ?? rollover
    }
}
