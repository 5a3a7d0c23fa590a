extension Policy.Limit {
    /// A window's length on the calendar. Weeks begin on Monday (ISO 8601).
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum CalendarUnit: String, CaseIterable, Hashable, Sendable, Codable {
        case minute, hour, day, week, month, year
    }
}

extension Policy.Limit.CalendarUnit {
    /// Returns the first day of the window that contains the day, both in days since 1970-01-01.
    func firstDay(of day: Int64) -> Int64 {
        switch self {
        case .minute, .hour, .day: return day
        case .week:
            // 1970-01-01 was a Thursday, and weeks begin on Monday.
            return floorDivide(day + 3, 7) * 7 - 3
        case .month, .year:
            let date = CivilDate(dayNumber: day)
            return CivilDate(year: date.year, month: self == .year ? 1 : date.month, day: 1).dayNumber
        }
    }

    /// - Parameter first: the first day of a window.
    /// - Returns: the first day of the next one.
    func firstDay(after first: Int64) -> Int64 {
        switch self {
        case .minute, .hour, .day: first + 1
        case .week: first + 7
        case .month: CivilDate(dayNumber: first).adding(months: 1).dayNumber
        case .year: CivilDate(dayNumber: first).adding(months: 12).dayNumber
        }
    }
}
