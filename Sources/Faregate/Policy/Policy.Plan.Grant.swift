extension Policy.Plan {
    /// Credits that a plan grants, once or in each period.
    public struct Grant: Hashable, Sendable {
        /// How often a plan grants.
        public enum Period: String, CaseIterable, Hashable, Sendable, Codable {
            /// Once, when the account comes onto the plan.
            case once
            /// Each period begins on the anniversary of the account's start on the plan. In a month without that day,
            /// it begins on the month's last day.
            case day, week, month, year
        }

        /// The grant's index in its plan, from 0. Of grants that expire at the same moment, the lower index is spent
        /// first.
        public internal(set) var number = 0
        /// The grant's name within its plan: its `id` in the file, or else its period (`month`). The name doesn't
        /// change with the amounts, or when other grants are added before it.
        public let name: String
        /// 1 or more, for each period.
        public let credits: Credits
        public let every: Period
        /// The most unspent credits that roll over into the next period; 0 for a grant that is made once.
        public let rollover: Credits
        public let location: Policy.Location

        package init(
            name: String? = nil,
            credits: Credits,
            every: Period,
            rollover: Credits = 0,
            location: Policy.Location
        ) {
            self.name = name ?? every.rawValue
            self.credits = credits
            self.every = every
            self.rollover = rollover
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

extension Policy.Plan.Grant.Period {
    func start(of number: Int64, since anchor: Timestamp, in calendar: WindowCalendar) -> Timestamp {
        switch self {
        case .once: anchor
        case .day: calendar.advance(anchor, days: number)
        case .week: calendar.advance(anchor, days: 7 * number)
        case .month: calendar.advance(anchor, months: number)
        case .year: calendar.advance(anchor, months: 12 * number)
        }
    }

    /// Estimates the period's number, at most one off.
    fileprivate func estimate(from anchor: Timestamp, to moment: Timestamp, in calendar: WindowCalendar) -> Int64 {
        let days = (from: calendar.localTime(of: anchor).day, to: calendar.localTime(of: moment).day)
        let months = CivilDate(dayNumber: days.to).monthNumber - CivilDate(dayNumber: days.from).monthNumber
        let number: Int64 =
            switch self {
            case .once: 0
            case .day: days.to - days.from
            case .week: (days.to - days.from) / 7
            case .month: months
            case .year: months / 12
            }
        return max(0, number)
    }
}
