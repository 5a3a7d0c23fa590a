import Faregate

/// The credits of a replay by day.
struct ReplayDays {
    private let calendar: WindowCalendar
    private var sums: [Timestamp: ReplayReport.Day] = [:]

    init(_ calendar: WindowCalendar) { self.calendar = calendar }

    mutating func add(before: Int64, after: Int64, at moment: Timestamp) {
        let start = calendar.window(.day, containing: moment).lowerBound
        sums[start, default: ReplayReport.Day(day: calendar.dayText(of: start), start: start)].add(before, after)
    }

    /// The earliest day first. Days without calls are left out.
    var all: [ReplayReport.Day] { sums.values.sorted { $0.start < $1.start } }
}

extension ReplayReport.Day {
    fileprivate mutating func add(_ before: Int64, _ after: Int64) {
        creditsBefore.add(before)
        creditsAfter.add(after)
    }
}
