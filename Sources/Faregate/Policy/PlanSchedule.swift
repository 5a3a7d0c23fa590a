import Foundation

/// One period of a recurring grant: the number counts from 0.
public struct PlanPeriod: Sendable, Hashable {
    public let number: Int
    public let range: Range<Timestamp>
}

extension PlanGrant {
    /// The period that contains a moment. A moment before the anchor lies in period 0.
    ///
    /// Periods begin on the anchor's own anniversary, each counted from the anchor, in the calendar's time zone: what
    /// began on January 31 goes on February 28 (or 29), then March 31. A day that daylight saving makes longer or shorter
    /// is one day.
    ///
    /// - Parameters:
    ///   - moment: when.
    ///   - anchor: when period 0 began.
    ///   - calendar: the time zone.
    /// - Returns: nil for a grant that is made once.
    public func period(
        containing moment: Timestamp,
        since anchor: Timestamp,
        in calendar: WindowCalendar
    ) -> PlanPeriod? {
        guard let unit = every.unit else { return nil }
        let elapsed = calendar.calendar.dateComponents([unit], from: anchor.date, to: moment.date).value(for: unit) ?? 0
        // Where a day of the month was clamped, or a day had 25 hours, the estimate can be one off.
        var number = max(0, elapsed / every.length)
        while number > 0, start(number, anchor, unit, calendar) > moment { number -= 1 }
        while start(number + 1, anchor, unit, calendar) <= moment { number += 1 }
        return PlanPeriod(
            number: number,
            range: start(number, anchor, unit, calendar)..<start(number + 1, anchor, unit, calendar)
        )
    }

    private func start(
        _ number: Int,
        _ anchor: Timestamp,
        _ unit: Calendar.Component,
        _ calendar: WindowCalendar
    ) -> Timestamp {
        let step = number * every.length
        return calendar.calendar.date(byAdding: unit, value: step, to: anchor.date).map { Timestamp($0) } ?? .never
    }
}

extension PlanGrant.Period {
    fileprivate var unit: Calendar.Component? {
        switch self {
        case .once: nil
        case .day: .day
        case .week: .day
        case .month: .month
        case .year: .year
        }
    }

    fileprivate var length: Int { self == .week ? 7 : 1 }
}
