extension Policy.Plan.Grant {
    /// How often a plan grants.
    ///
    /// Each period begins on the account's own anniversary on the plan. In a month that lacks that day, it begins on
    /// the last day.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Period: Hashable, Sendable {
        /// Once, when the account comes onto the plan.
        case once
        /// Every given number of days: 1 or more.
        case days(Int)
        /// Every given number of months: 1 or more.
        case months(Int)

        public static let day = Period.days(1)
        public static let week = Period.days(7)
        public static let month = Period.months(1)
        public static let quarter = Period.months(3)
        public static let year = Period.months(12)

        /// The periods that a policy file has a word for.
        static let named: [(word: String, period: Period)] = [
            ("once", .once), ("day", .day), ("week", .week), ("month", .month), ("quarter", .quarter), ("year", .year),
        ]
    }
}

extension Policy.Plan.Grant.Period: CustomStringConvertible {
    /// As in a policy file: `month`, `10d`, `2w`, `6mo`. Periods of the same length have the same text.
    public var description: String {
        if let named = Self.named.first(where: { $0.period == self }) { return named.word }
        return switch self {
        case .once: "once"
        case .days(let number): number.isMultiple(of: 7) ? "\(number / 7)w" : "\(number)d"
        case .months(let number): "\(number)mo"
        }
    }
}

extension Policy.Plan.Grant.Period {
    /// The longest time that a period can last, without the hour that a change of the clocks adds; nil for a grant that
    /// is made once.
    var longestMilliseconds: Int64? {
        switch self {
        case .once: nil
        case .days(let number): Int64(number) * millisecondsPerDay
        case .months(let number): Self.longestDays(ofMonths: number) * millisecondsPerDay
        }
    }

    /// The most days in this number of successive months, whatever the first one. Four years have all cases, if one of
    /// them is a leap year.
    private static func longestDays(ofMonths number: Int) -> Int64 {
        let starts = (0..<48).map { CivilDate(year: 2000, month: 1, day: 1).adding(months: $0) }
        return starts.map { $0.adding(months: Int64(number)).dayNumber - $0.dayNumber }.max() ?? 0
    }

    func start(of number: Int64, since anchor: Timestamp, in calendar: WindowCalendar) -> Timestamp {
        switch self {
        case .once: anchor
        case .days(let length): calendar.advance(anchor, days: Int64(length) * number)
        case .months(let length): calendar.advance(anchor, months: Int64(length) * number)
        }
    }

    /// Estimates the period's number, at most one off.
    func estimate(from anchor: Timestamp, to moment: Timestamp, in calendar: WindowCalendar) -> Int64 {
        let days = (from: calendar.localTime(of: anchor).day, to: calendar.localTime(of: moment).day)
        let months = CivilDate(dayNumber: days.to).monthNumber - CivilDate(dayNumber: days.from).monthNumber
        let number: Int64 =
            switch self {
            case .once: 0
            case .days(let length): (days.to - days.from) / Int64(length)
            case .months(let length): months / Int64(length)
            }
        return max(0, number)
    }
}
