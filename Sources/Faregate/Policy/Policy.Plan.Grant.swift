extension Policy.Plan {
    /// Credits that a plan gives: once, or again and again.
    public struct Grant: Hashable, Sendable {
        /// How often a plan grants.
        public enum Period: String, CaseIterable, Hashable, Sendable, Codable {
            /// When the account is first seen on the plan.
            case once
            /// From the account's own anniversary on the plan: a month from the 31st ends with the month that has none.
            case day, week, month, year
        }

        /// The grant's place in its plan's list, from 0: of grants that expire at the same moment the first burns first.
        public internal(set) var number = 0
        /// Names the grant within its plan: its `id` in the file, otherwise its period (`month`). It stays the same when the
        /// amounts change, and when other grants are put before it.
        public let name: String
        /// 1 or more, for each period.
        public let credits: Credits
        public let every: Period
        /// How many credits that were not spent in a period stay for the next one, at most; 0 where the grant is given once.
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
    /// The period that contains the moment, counted from the account's own beginning on the plan.
    ///
    /// Every period begins at the anchor's local time in the policy's time zone, on the anchor's day of the month where
    /// there is one, otherwise on the month's last: from 31 January to 28 February, and on to 31 March.
    ///
    /// - Parameters:
    ///   - moment: one before the anchor counts as within period 0.
    ///   - anchor: when the account came onto the plan.
    ///   - calendar: has the policy's time zone.
    /// - Returns: the period; of a grant that is given once, one that never ends.
    package func period(
        containing moment: Timestamp,
        since anchor: Timestamp,
        in calendar: WindowCalendar
    ) -> Policy.Plan.Period {
        guard every != .once else { return Policy.Plan.Period(number: 0, range: anchor..<Timestamp.never) }
        let anchor = anchor.withinCalendar
        let moment = max(moment, anchor).withinCalendar
        // The calendar tells the number but for the day or the hour, so that this ends after a step or two.
        var number = every.estimate(from: anchor, to: moment, in: calendar)
        while number > 0, every.start(of: number, since: anchor, in: calendar) > moment { number -= 1 }
        while every.start(of: number + 1, since: anchor, in: calendar) <= moment { number += 1 }
        let start = every.start(of: number, since: anchor, in: calendar)
        return Policy.Plan.Period(
            number: Int(number),
            range: start..<every.start(of: number + 1, since: anchor, in: calendar)
        )
    }

    /// How many credits carry into the present period.
    ///
    /// - Parameters:
    ///   - leftover: what was left of the grant, earlier rollovers included, when the account was last looked at.
    ///   - periods: how many periods ago that was; nobody spent anything in those between, so each of them
    ///     left its own credits and what had been carried into it. In the present period, 0, nothing has been carried.
    /// - Returns: 0 to ``rollover``.
    public func rolledOver(_ leftover: Credits, from periods: Int) -> Credits {
        guard periods > 0, rollover > 0 else { return 0 }
        // Capped anew in each period: the same as capping the sum, because no period takes anything away.
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

    /// At most one off.
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
