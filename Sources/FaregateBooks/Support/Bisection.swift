import Faregate

extension SQLConnection {
    /// Finds a number below those of all rows that were written at that time or later. Numbers can be out of the order
    /// of their times by an hour, because servers' clocks differ.
    ///
    /// - Parameters:
    ///   - below: below the first number.
    ///   - above: above the last number.
    ///   - time: the time of the first row with this number or a higher one; nil if there is none.
    func bisect(
        _ below: Int64, _ above: Int64, before moment: Timestamp, time: (Int64) throws(SQLError) -> Timestamp?
    ) throws(SQLError) -> Int64 {
        let early = moment.earliestInDisorder
        var (below, above) = (below, above)
        // All rows up to `below` are too early, those from `above` on are not.
        while above - below > 1 {
            let middle = below + (above - below) / 2
            if let next = try time(middle), next < early { below = middle } else { above = middle }
        }
        return below
    }
}

extension Timestamp {
    private static var skewMilliseconds: Int64 { 60 * 60 * 1000 }

    var latestInDisorder: Timestamp {
        self == .never ? self : advanced(byMilliseconds: Timestamp.skewMilliseconds)
    }

    var earliestInDisorder: Timestamp {
        rawValue < 0 ? Timestamp(rawValue: .min) : advanced(byMilliseconds: -Timestamp.skewMilliseconds)
    }
}
