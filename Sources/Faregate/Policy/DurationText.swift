/// Returns the shortest exact spelling in the units of the policy format: "90s", "24h", "1w".
package func durationText(milliseconds: Int64) -> String {
    durationText(milliseconds: milliseconds, in: durationUnits)
}

package func durationText(milliseconds: Int64, in units: [DurationUnit]) -> String {
    for (name, length) in units.reversed() where milliseconds != 0 && milliseconds % length == 0 {
        // 24h reads better than 1d in a rolling window, and both mean the same.
        if name == "d" && milliseconds == length { continue }
        return "\(milliseconds / length)\(name)"
    }
    return "\(milliseconds)ms"
}

package typealias DurationUnit = (name: String, milliseconds: Int64)

/// The units for how long a pack's credits live: a year is 365 days.
let packLifetimeUnits: [DurationUnit] = durationUnits + [("y", 365 * millisecondsPerDay)]

/// The units of fixed length, shortest first, in milliseconds.
package let durationUnits: [DurationUnit] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
]
