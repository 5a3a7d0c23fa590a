extension Policy.Plan {
    /// Credits that a plan grants, once or in each period.
    public struct Grant: Hashable, Sendable {
        /// The grant's index in its plan, from 0. Of grants that expire at the same moment, the lower index is spent
        /// first.
        public internal(set) var number = 0
        /// The grant's name within its plan: its `id` in the file, or else its period (`month`, `2w`). The name doesn't
        /// change with the amounts, or when other grants are added before it.
        public let name: String
        /// 1 or more, for each period.
        public let credits: Credits
        public let every: Period
        /// The most unspent credits that roll over into the next period; 0 for a grant that is made once.
        public let rollover: Credits
        /// Grants with a lower priority are spent first; −1000 to 1000, 0 by default.
        public let priority: Int
        /// The actions that the credits pay for; nil for all actions. Such credits are spent before those
        /// that pay for all actions, whatever their priority.
        public let actions: [String]?
        package let lifetimeMilliseconds: Int64?
        /// How long the credits can be spent, from the beginning of their period, or from when the account came onto
        /// the plan for a grant that is made once. Nil for credits that live until their period ends, or forever.
        public var lifetime: Duration? { lifetimeMilliseconds.map { .milliseconds($0) } }
        public let location: Policy.Location

        package init(
            name: String? = nil,
            credits: Credits,
            every: Period,
            rollover: Credits = 0,
            priority: Int = 0,
            actions: [String]? = nil,
            lifetimeMilliseconds: Int64? = nil,
            location: Policy.Location
        ) {
            self.name = name ?? every.description
            self.credits = credits
            self.every = every
            self.rollover = rollover
            self.priority = priority
            self.actions = actions
            self.lifetimeMilliseconds = lifetimeMilliseconds
            self.location = location
        }
    }
}

extension Policy.Plan.Grant {
    /// Returns the period that contains the moment, counted from when the account came onto the plan.
    ///
    /// Every period begins at the anchor's local time in the policy's time zone, on the anchor's day of the month, or
    /// on the month's last day if the month is shorter: 31 January, 28 February, 31 March.
    ///
    /// - Parameters:
    ///   - moment: a moment before the anchor counts as within period 0.
    ///   - anchor: when the account came onto the plan.
    ///   - calendar: the calendar with the policy's time zone.
    /// - Returns: the period; for a grant that is made once, a period that never ends.
    package func period(
        containing moment: Timestamp,
        since anchor: Timestamp,
        in calendar: WindowCalendar
    ) -> Policy.Plan.Period {
        guard every != .once else { return Policy.Plan.Period(number: 0, range: anchor..<Timestamp.never) }
        let anchor = anchor.withinCalendar
        let moment = max(moment, anchor).withinCalendar
        // The estimate is at most one off, so this loop ends after a step or two.
        var number = every.estimate(from: anchor, to: moment, in: calendar)
        while number > 0, every.start(of: number, since: anchor, in: calendar) > moment { number -= 1 }
        while every.start(of: number + 1, since: anchor, in: calendar) <= moment { number += 1 }
        let start = every.start(of: number, since: anchor, in: calendar)
        return Policy.Plan.Period(
            number: Int(number),
            range: start..<every.start(of: number + 1, since: anchor, in: calendar)
        )
    }

    /// Returns when the credits granted for this period expire: at its end, or at the end of the grant's lifetime.
    package func expiry(in period: Range<Timestamp>) -> Timestamp {
        guard let lifetimeMilliseconds else { return period.upperBound }
        return min(period.upperBound, period.lowerBound.advanced(byMilliseconds: lifetimeMilliseconds))
    }

    /// Returns the credits that roll over into the current period.
    ///
    /// - Parameters:
    ///   - leftover: the credits left of the grant, including earlier rollovers, when the account was last refreshed.
    ///   - periods: how many periods ago that was. Nothing was spent in between, so each period left its own credits
    ///     and its rollover. For 0, the current period, nothing rolls over.
    /// - Returns: 0 to ``rollover``.
    public func rolledOver(_ leftover: Credits, from periods: Int) -> Credits {
        guard periods > 0, rollover > 0 else { return 0 }
        // Each period caps its rollover. Capping the sum once gives the same, because no period takes credits away.
        let (skipped, overflow) = credits.rawValue.multipliedReportingOverflow(by: Int64(periods - 1))
        let kept = max(leftover, 0).rawValue
        guard !overflow, skipped < rollover.rawValue - min(kept, rollover.rawValue) else { return rollover }
        return Credits(rawValue: skipped + kept) ?? rollover
    }
}
