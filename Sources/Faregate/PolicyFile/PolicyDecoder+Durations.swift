extension PolicyDecoder {
    /// A duration of fixed length, "90s", in milliseconds.
    func duration(
        _ node: JSONNode,
        _ what: String,
        in range: ClosedRange<Int64>,
        units: [DurationUnit] = durationUnits
    ) -> Int64? {
        guard let text = string(node, what, expected: spelling(in: units)) else { return nil }
        guard let milliseconds = durationMilliseconds(parsing: text, in: units) else {
            diagnostics.error("\(what) can't be \(quoted(text))", at: node.place, expected: spelling(in: units))
            return nil
        }
        return within(milliseconds, range, node, what) {
            [range.lowerBound, range.upperBound].map { durationText(milliseconds: $0, in: units) }
                .joined(separator: " to ")
        }
    }

    /// Nil when the duration is out of range, which is reported.
    private func within(
        _ number: Int64,
        _ range: ClosedRange<Int64>,
        _ node: JSONNode,
        _ what: String,
        _ bounds: () -> String
    ) -> Int64? {
        guard !range.contains(number), case .string(let text) = node.value else { return number }
        let size = number < range.lowerBound ? "short" : "long"
        diagnostics.error("\(what) can't be as \(size) as \(quoted(text))", at: node.place, expected: bounds())
        return nil
    }

    private func spelling(in units: [DurationUnit]) -> String {
        let names = units.map(\.name).joined(separator: ", ")
        return "a whole number and a unit (\(names)), in quotes, such as \"90s\" or \"24h\""
    }
}

let millisecondsPerDay: Int64 = 24 * 60 * 60 * 1000

/// `90s` as 90000: the counterpart of ``durationText(milliseconds:)``. Nil for other texts; `Int64.max` when
/// the duration is out of range.
package func durationMilliseconds(parsing text: String, in units: [DurationUnit]) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard let length = units.first(where: { $0.name == unit })?.milliseconds, let number = Int64(digits)
    else { return nil }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: length)
    return overflow ? .max : milliseconds
}
