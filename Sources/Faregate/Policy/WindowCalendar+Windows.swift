/// Where windows begin.
///
/// Worked out here and not by Foundation's calendar, as anniversaries are: where clocks change, its windows have gaps.
extension WindowCalendar {
    /// Whole minutes or hours on the clock. Where the clocks change within one, it ends there and another begins.
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

    /// Days, weeks, months and years on the calendar.
    func dateWindow(_ unit: Policy.Limit.CalendarUnit, containing moment: Timestamp) -> Range<Timestamp> {
        let now = moment.rawValue
        var day = unit.firstDay(of: localTime(of: moment).day)
        // Clocks that go back over midnight bring back the day before, whose window has ended.
        while start(ofDay: day) > now { day = unit.firstDay(of: day - 1) }
        var next = unit.firstDay(after: day)
        // A day that the zone leaves out, to change sides of the date line, has no window.
        while start(ofDay: next) <= now { (day, next) = (next, unit.firstDay(after: next)) }
        return Timestamp(rawValue: start(ofDay: day))..<Timestamp(rawValue: start(ofDay: next))
    }

    /// The first moment of a local day: its midnight, the first where it comes twice; where the clocks skip it, the
    /// moment of that change.
    private func start(ofDay day: Int64) -> Int64 {
        let local = day * millisecondsPerDay
        // No zone is a day or more away from UTC, so these are in force on either side of a change nearby.
        let before = offset(at: local - millisecondsPerDay)
        let after = offset(at: local + millisecondsPerDay)
        let first = local - before
        if before == after || offset(at: first) == before { return first }
        let second = local - after
        if offset(at: second) == after { return second }
        return firstMoment(after: second, upTo: first) { $0 + self.offset(at: $0) >= local }
    }

    /// By bisection: the condition holds at `last`, and from some moment after `start` on.
    private func firstMoment(after start: Int64, upTo last: Int64, where holds: (Int64) -> Bool) -> Int64 {
        var (before, found) = (start, last)
        while found - before > 1 {
            let middle = before + (found - before) / 2
            if holds(middle) { found = middle } else { before = middle }
        }
        return found
    }
}
