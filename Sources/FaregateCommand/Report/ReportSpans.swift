import Faregate

/// The days of a period, or its calendar weeks if there are too many days.
struct ReportSpans {
    enum Unit: String, Encodable {
        case day, week
    }

    let period: Range<Timestamp>
    let unit: Unit
    /// The first moment of each day or week; the first is the period's.
    private let starts: [Timestamp]
    /// The first day of each, such as `2026-11-14`.
    let labels: [String]
    /// The day of the period's last moment.
    let lastDay: String

    /// A longer period is shown in weeks.
    static let mostDays = 62
    /// The longest period of a report. An hour more, because of daylight saving time.
    static let mostMilliseconds: Int64 = (366 * 24 + 1) * 3_600_000

    init(_ period: Range<Timestamp>, _ calendar: WindowCalendar) {
        let days = ReportSpans.starts(of: .day, period, calendar)
        unit = days.count > ReportSpans.mostDays ? .week : .day
        starts = unit == .day ? days : ReportSpans.starts(of: .week, period, calendar)
        labels = starts.map(calendar.dayText)
        lastDay = calendar.dayText(of: period.upperBound.advanced(byMilliseconds: -1))
        self.period = period
    }

    var count: Int { starts.count }

    /// - Parameter moment: in the period.
    func index(of moment: Timestamp) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= moment { low = middle } else { high = middle }
        }
        return low
    }

    private static func starts(
        of unit: Policy.Limit.CalendarUnit, _ period: Range<Timestamp>, _ calendar: WindowCalendar
    ) -> [Timestamp] {
        var starts = [period.lowerBound]
        while true {
            let next = calendar.window(unit, containing: starts[starts.count - 1]).upperBound
            guard next < period.upperBound else { return starts }
            starts.append(next)
        }
    }
}
