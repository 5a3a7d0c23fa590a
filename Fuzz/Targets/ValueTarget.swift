import Faregate
import Foundation

/// What reads as a value reads the same when it is written again.
func checkValues(_ bytes: [UInt8]) throws -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    let money = try? Money(parsing: text)
    let ratio = try? Ratio(parsing: text)
    let moment = Timestamp(text)
    let milliseconds = durationMilliseconds(parsing: text, in: durationUnits)
    if let money {
        try require(try Money(parsing: money.description) == money, "\(text) is written \(money)")
        try require((1...999_999_999_999).contains(money.minorUnits), "\(text) is out of range")
    }
    if let ratio { try check(ratio, as: text) }
    if let moment {
        try require(Timestamp(moment.description) == moment, "\(text) is written \(moment)")
    }
    if let milliseconds {
        let again = durationMilliseconds(parsing: durationText(milliseconds: milliseconds), in: durationUnits)
        try require(
            milliseconds >= 0 && again == milliseconds, "\(text) is written \(durationText(milliseconds: milliseconds))"
        )
    }
    if bytes.count == 8 { try check(Timestamp(rawValue: bytes.reduce(0) { $0 << 8 | Int64($1) })) }
    return money != nil || ratio != nil || moment != nil || milliseconds != nil
}

private func check(_ ratio: Ratio, as text: String) throws {
    try require(try Ratio(parsing: ratio.description) == ratio, "\(text) is written \(ratio)")
    let price = try Policy.Cost(units: ["u": ratio])
    let one = try? price.credits(for: ["u": 1_000_000])
    let two = try? price.credits(for: ["u": 1_000_001])
    if let one, let two { try require(one <= two, "at \(text), more costs less") }
}

/// A moment survives its text, and lies in a window of every kind.
private func check(_ moment: Timestamp) throws {
    let written = try JSONEncoder().encode([moment])
    try require(try JSONDecoder().decode([Timestamp].self, from: written) == [moment], "\(moment) is read as another")
    guard moment != .never else { return }
    for zone in ["UTC", "America/Nuuk", "Pacific/Apia", "Australia/Lord_Howe"].compactMap(TimeZone.init(identifier:)) {
        let calendar = WindowCalendar(timeZone: zone)
        for unit in Policy.Limit.CalendarUnit.allCases {
            let window = calendar.window(unit, containing: moment)
            try require(window.contains(moment), "\(moment) is not in its \(unit) in \(zone.identifier): \(window)")
            let next = WindowCalendar(timeZone: zone).window(unit, containing: window.upperBound)
            let isNext = next.lowerBound == window.upperBound || window.upperBound == .never
            try require(isNext, "there is a gap after the \(unit) of \(moment) in \(zone.identifier)")
        }
    }
}
