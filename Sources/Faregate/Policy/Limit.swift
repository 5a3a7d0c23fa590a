/// At most so many calls, credits or units per window, counted for an account, a member or everyone together.
public struct Limit: Hashable, Sendable {
    /// What the limit counts by.
    public enum Scope: String, CaseIterable, Hashable, Sendable, Codable {
        case account
        case member
        case action
    }

    /// What the limit counts.
    public enum Count: Hashable, Sendable {
        case calls
        case credits
        /// A unit that a price of the action knows.
        case unit(String)
    }

    /// Names the limit within the action: its own content without `max`, `mode` and `givesBack`, or its `id` in
    /// the file.
    public let name: String
    /// Names its counters: an edit of `max`, `mode` and `givesBack` keeps them; another window, scope or count has
    /// its own, also under the same `id`.
    let counterName: String
    public let count: Count
    /// How many of them a window takes.
    public let max: Int64
    public let window: Window
    public let scope: Scope
    /// In shadow it is counted, and refuses nobody.
    public let mode: Mode
    /// Whether a refund gives the count back: with windows of an hour and longer, unless the policy says otherwise.
    public let givesBack: Bool
    public let location: SourceLocation

    package init(
        name: String? = nil,
        count: Count = .calls,
        max: Int64,
        window: Window,
        scope: Scope,
        mode: Mode = .enforce,
        givesBack: Bool? = nil,
        location: SourceLocation
    ) {
        let content = "\(count) \(window) by \(scope.rawValue)"
        self.name = name ?? content
        counterName = name.map { "\($0): \(content)" } ?? content
        self.count = count
        self.max = max
        self.window = window
        self.scope = scope
        self.mode = mode
        self.givesBack = givesBack ?? window.givesBack
        self.location = location
    }

    /// The same limit in the weaker one of its own mode and this one.
    func weakened(to mode: Mode) -> Limit { Limit(self, mode: Swift.min(self.mode, mode)) }

    private init(_ other: Limit, mode: Mode) {
        name = other.name
        counterName = other.counterName
        count = other.count
        max = other.max
        window = other.window
        scope = other.scope
        self.mode = mode
        givesBack = other.givesBack
        location = other.location
    }
}

extension Limit {
    /// "1 call", "500 credits", "2000 output_tokens".
    package var amountText: String {
        switch count {
        case .calls where max == 1: "1 call"
        case .credits where max == 1: "1 credit"
        default: "\(max) \(count)"
        }
    }
}

extension Limit.Count: CustomStringConvertible {
    /// As a policy file writes it.
    public var description: String {
        switch self {
        case .calls: "calls"
        case .credits: "credits"
        case .unit(let name): name
        }
    }
}

/// The stretch of time in which a limit counts.
public enum Window: Hashable, Sendable, CustomStringConvertible {
    /// Aligned with the calendar of the policy's time zone: `"per": "day"`.
    case per(CalendarUnit)
    /// The time that has just passed: `"within": "24h"`.
    case within(Duration)

    /// As it stands in a policy file: "per day", "within 24h".
    public var description: String {
        switch self {
        case .per(let unit): "per \(unit.rawValue)"
        case .within(let duration): "within \(durationText(milliseconds: duration.milliseconds))"
        }
    }

    /// A refund gives windows of an hour and longer their count back; a shorter one protects against bursts
    /// of failing calls too.
    fileprivate var givesBack: Bool {
        switch self {
        case .per(let unit): unit != .minute
        case .within(let duration): duration >= .seconds(3600)
        }
    }
}

/// A window's length on the calendar. Weeks begin on Monday (ISO 8601).
public enum CalendarUnit: String, CaseIterable, Hashable, Sendable, Codable {
    case minute, hour, day, week, month, year
}

/// The shortest exact spelling in the units of the policy format: "90s", "24h", "1w".
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

/// The units of fixed length, shortest first, in milliseconds.
package let durationUnits: [DurationUnit] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
]
