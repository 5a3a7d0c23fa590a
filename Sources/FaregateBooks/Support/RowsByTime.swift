import Faregate

/// The statements that find the rows of a time. The rows' numbers are in the order of their times, except that servers'
/// clocks differ.
struct RowsByTime {
    /// The lowest number.
    let first: String
    /// The highest number.
    let latest: String
    /// The time of the first row whose number is at least ?1.
    let moment: String
}

extension SQLConnection {
    /// A number below those of the rows of that time or later, found by bisection; nil if there are no rows.
    func number(before moment: Timestamp, among rows: RowsByTime) throws(SQLError) -> Int64? {
        let first = try self.first(rows.first) { $0.optionalInteger(0) } ?? nil
        let latest = try self.first(rows.latest) { $0.optionalInteger(0) } ?? nil
        guard let first, let latest else { return nil }
        let early = moment.earliestInDisorder
        var (below, above) = (first - 1, latest + 1)
        // All rows up to `below` are too early, those from `above` on are not.
        while above - below > 1 {
            let middle = below + (above - below) / 2
            let next = try self.first(rows.moment, middle) { Timestamp(rawValue: $0.integer(0)) }
            if let next, next < early { below = middle } else { above = middle }
        }
        return below
    }
}

extension Timestamp {
    /// How far the times of rows can be out of the order of their numbers, because servers' clocks differ.
    private static var skewMilliseconds: Int64 { 60 * 60 * 1000 }

    var latestInDisorder: Timestamp {
        self == .never ? self : advanced(byMilliseconds: Timestamp.skewMilliseconds)
    }

    var earliestInDisorder: Timestamp {
        rawValue < 0 ? Timestamp(rawValue: .min) : advanced(byMilliseconds: -Timestamp.skewMilliseconds)
    }
}
