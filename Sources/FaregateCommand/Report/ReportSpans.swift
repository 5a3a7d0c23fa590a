import Faregate

/// The days of a period, its calendar weeks if there are too many days, or its months if there are too many weeks.
struct ReportSpans {
    enum Unit: String, Encodable {
        case day, week, month

        /// The heading of the column of labels.
        var heading: String { self == .day ? "day" : "\(self) from" }
    }

    let period: Range<Timestamp>
    let unit: Unit
    /// The first moment of each day, week or month; the first is the period's.
    private let starts: [Timestamp]
    /// The first day of each, such as `2026-11-14`.
    let labels: [String]
    /// The day of the period's last moment.
    let lastDay: String

    /// A period with more days is shown in weeks, and one with more weeks in months.
    static let most = 62
    /// The longest period of a report. An hour more, because of daylight saving time.
    static let mostMilliseconds: Int64 = (366 * 24 + 1) * 3_600_000

    init(_ period: Range<Timestamp>, _ calendar: WindowCalendar) {
        let days = ReportSpans.starts(of: .day, period, calendar)
        let weeks = ReportSpans.starts(of: .week, period, calendar)
        if days.count <= ReportSpans.most {
            (unit, starts) = (.day, days)
        } else if weeks.count <= ReportSpans.most {
            (unit, starts) = (.week, weeks)
        } else {
            (unit, starts) = (.month, ReportSpans.starts(of: .month, period, calendar))
        }
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
