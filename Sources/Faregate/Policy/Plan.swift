/// A named set of grants that an account is on.
public struct Plan: Sendable {
    public let name: String
    /// What the plan was called before, oldest first: accounts that came onto it under one of these names are on it.
    public let was: [String]
    /// In the order of the file.
    public let grants: [PlanGrant]

    package init(name: String, was: [String] = [], grants: [PlanGrant] = []) {
        self.name = name
        self.was = was
        self.grants = grants.enumerated().map { number, grant in
            var grant = grant
            grant.number = number
            return grant
        }
    }

    /// What an account receives once, when it is first seen on this plan.
    public var openingGrants: [Credits] { grants.filter { $0.every == .once }.map(\.credits) }
}

/// Credits that a plan gives: once, or again and again.
public struct PlanGrant: Hashable, Sendable {
    /// How often a plan grants.
    public enum Period: String, CaseIterable, Hashable, Sendable, Codable {
        /// When the account is first seen on the plan.
        case once
        /// From the account's own anniversary on the plan: a month from the 31st ends with the month that has none.
        case day, week, month, year
    }

    /// The grant's place in its plan's list, from 0: of grants that expire at the same moment the first burns first.
    public fileprivate(set) var number = 0
    /// Names the grant within its plan: its `id` in the file, otherwise its period (`month`). It stays the same when the
    /// amounts change, and when other grants are put before it.
    public let name: String
    /// 1 or more, for each period.
    public let credits: Credits
    public let every: Period
    /// How many credits that were not spent in a period stay for the next one, at most; 0 where the grant is given once.
    public let rollover: Credits
    public let location: SourceLocation

    package init(
        name: String? = nil,
        credits: Credits,
        every: Period,
        rollover: Credits = 0,
        location: SourceLocation
    ) {
        self.name = name ?? every.rawValue
        self.credits = credits
        self.every = every
        self.rollover = rollover
        self.location = location
    }
}
