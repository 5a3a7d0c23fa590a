/// Finds the beginnings and ends of calendar windows.
///
/// Computed here, as anniversaries are: the windows of Foundation's calendar have gaps where clocks change.
extension WindowCalendar {
    /// Finds the whole minute or hour on the clock. If the clocks change within one, it ends there and another begins.
    func clockWindow(of length: Int64, containing moment: Timestamp) -> Range<Timestamp> {
        let now = moment.rawValue
        let offset = offset(at: now)
        var start = floorDivide(now + offset, length) * length - offset
        var end = start + length
        if self.offset(at: start) != offset {
            start = firstMoment(after: start, upTo: now) { self.offset(at: $0) == offset }
        }
        if self.offset(at: end - 1) != offset {
            end = firstMoment(after: now, upTo: end - 1) { self.offset(at: $0) != offset }
        }
        return Timestamp(rawValue: start)..<Timestamp(rawValue: end)
    }

    /// Finds the day, week, month or year on the calendar.
    func dateWindow(_ unit: Policy.Limit.CalendarUnit, containing moment: Timestamp) -> Range<Timestamp> {
        let now = moment.rawValue
        var day = unit.firstDay(of: localTime(of: moment).day)
        // If clocks go back over midnight, the local day is again the day before, whose window has ended.
        while start(ofDay: day) > now { day = unit.firstDay(of: day - 1) }
        var next = unit.firstDay(after: day)
        // A day that the zone skips to cross the date line has no window.
        while start(ofDay: next) <= now { (day, next) = (next, unit.firstDay(after: next)) }
        return Timestamp(rawValue: start(ofDay: day))..<Timestamp(rawValue: start(ofDay: next))
    }

    /// Returns the first moment of a local day: its midnight, the first one if midnight occurs twice, or the moment of
    /// the change if the clocks skip midnight.
    private func start(ofDay day: Int64) -> Int64 {
        let local = day * millisecondsPerDay
        // `local` is read as UTC here. No zone is a day or more away from UTC, so if the clocks change at this local
        // time, the change lies between these two moments.
        let before = offset(at: local - millisecondsPerDay)
        let after = offset(at: local + millisecondsPerDay)
        let first = local - before
        if before == after || offset(at: first) == before { return first }
        let second = local - after
        if offset(at: second) == after { return second }
        return firstMoment(after: second, upTo: first) { $0 + self.offset(at: $0) >= local }
    }

    /// Finds the first moment by bisection. The condition holds at `last`, and from some moment after `start` on.
    private func firstMoment(after start: Int64, upTo last: Int64, where holds: (Int64) -> Bool) -> Int64 {
        var (before, found) = (start, last)
        while found - before > 1 {
            let middle = before + (found - before) / 2
            if holds(middle) { found = middle } else { before = middle }
        }
        return found
    }
}
