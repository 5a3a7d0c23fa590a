/// At most so many calls per window, counted for an account, a member or everyone together.
public struct Limit: Hashable, Sendable {
    /// What the limit counts by.
    public enum Scope: String, CaseIterable, Hashable, Sendable, Codable {
        case account
        case member
        case action
    }

    /// What a limit counts.
    public enum Count: Hashable, Sendable, CustomStringConvertible {
        case calls
        case credits
        /// A unit that the action's price knows.
        case unit(String)

        /// As it stands in a policy file.
        public var description: String {
            switch self {
            case .calls: "calls"
            case .credits: "credits"
            case .unit(let name): name
            }
        }
    }

    /// Names the limit within the action: its own content without `max`, or its `id` in the file.
    public let name: String
    /// Names its counters: an edit of `max` keeps them, another window has its own, also under the same `id`.
    let counterName: String
    /// How many calls, credits or units a window takes.
    public let max: Int64
    public let window: Window
    public let scope: Scope
    public let count: Count
    /// In shadow mode a limit counts, and refuses nobody.
    public let mode: Mode
    /// Whether a refund gives the count back: windows of an hour and longer do, unless the limit says otherwise.
    public let givesBack: Bool
    public let location: SourceLocation

    package init(
        name: String? = nil,
        max: Int64,
        window: Window,
        scope: Scope,
        count: Count = .calls,
        mode: Mode = .enforce,
        givesBack: Bool? = nil,
        location: SourceLocation
    ) {
        let content = "\(count) \(window) by \(scope.rawValue)"
        self.name = name ?? content
        counterName = name.map { "\($0): \(content)" } ?? content
        self.max = max
        self.window = window
        self.scope = scope
        self.count = count
        self.mode = mode
        self.givesBack = givesBack ?? window.givesBack
        self.location = location
    }
}

/// The stretch of time in which a limit counts.
public enum Window: Hashable, Sendable, CustomStringConvertible {
    /// Aligned with the calendar of the policy's time zone: `"per": "day"`.
    case per(CalendarUnit)
    /// The time that has just passed, in milliseconds: `"within": "24h"`.
    case within(milliseconds: Int64)

    /// As it stands in a policy file: "per day", "within 24h".
    public var description: String {
        switch self {
        case .per(let unit): "per \(unit.rawValue)"
        case .within(let milliseconds): "within \(durationText(milliseconds: milliseconds))"
        }
    }

    /// A refund gives windows of an hour and longer their count back; a shorter one protects against bursts
    /// of failing calls too.
    var givesBack: Bool {
        switch self {
        case .per(let unit): unit != .minute
        case .within(let milliseconds): milliseconds >= 60 * 60 * 1000
        }
    }
}

/// A window's length on the calendar. Weeks begin on Monday (ISO 8601).
public enum CalendarUnit: String, CaseIterable, Hashable, Sendable, Codable {
    case minute, hour, day, week, month, year
}

/// The shortest exact spelling in the units of the policy format: "90s", "24h", "1w".
package func durationText(milliseconds: Int64) -> String {
    for (name, length) in durationUnits.reversed() where milliseconds != 0 && milliseconds % length == 0 {
        // 24h reads better than 1d in a rolling window, and both mean the same.
        if name == "d" && milliseconds == length { continue }
        return "\(milliseconds / length)\(name)"
    }
    return "\(milliseconds)ms"
}

/// The units of fixed length, shortest first, in milliseconds.
package let durationUnits: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
]
