extension Policy {
    /// A maximum of calls, credits or units per window, counted by account, by member or for all accounts together.
    public struct Limit: Hashable, Sendable {
        /// Whose calls the limit counts together.
        #if hasAttribute(nonexhaustive)
        @nonexhaustive
        #endif
        public enum Scope: String, CaseIterable, Hashable, Sendable, Codable {
            case account
            case member
            case action
        }

        /// What the limit counts.
        #if hasAttribute(nonexhaustive)
        @nonexhaustive
        #endif
        public enum Count: Hashable, Sendable {
            case calls
            case credits
            /// A unit of one of the action's prices.
            case unit(String)
        }

        /// The limit's `id` in the file; nil for none.
        package let id: String?
        /// The limit's name within the action: its `id` in the file, or else its content without `max`, `mode` and
        /// `givesBack`. A limit in the section `limits` is named there.
        public let name: String
        /// The actions whose calls a limit in the section `limits` counts together, by their current names. Empty for a
        /// limit of one action.
        public let actions: [String]
        /// The name of the limit's counters. Edits of `max`, `mode` and `givesBack` keep the counters; another window,
        /// scope, count or `when` gets new ones, even under the same `id`.
        let counterName: String
        /// The limit counts only calls that meet all of these.
        package let conditions: [Condition]
        public let count: Count
        /// The most that a window allows; 0 to refuse every call that the limit counts.
        public let max: Int64
        public let window: Window
        public let scope: Scope
        /// A limit in shadow mode counts but refuses nobody.
        public let mode: Mode
        /// Whether a refund subtracts the call from the count: by default for windows of an hour or longer.
        public let givesBack: Bool
        public let location: Location

        /// - Parameter firstConditions: the conditions with the first names of renamed plans, for the name of the
        ///   counters: a limit keeps its counts when a plan is renamed.
        package init(
            id: String? = nil,
            actions: [String] = [],
            conditions: [Condition] = [],
            firstConditions: [Condition]? = nil,
            count: Count = .calls,
            max: Int64,
            window: Window,
            scope: Scope,
            mode: Mode = .enforce,
            givesBack: Bool? = nil,
            location: Location
        ) {
            let content = "\(count) \(window) by \(scope.rawValue)"
            self.id = id
            self.actions = actions
            name = id ?? content + Policy.Limit.suffix(conditions)
            let counted = content + Policy.Limit.suffix(firstConditions ?? conditions)
            counterName = id.map { "\($0): \(counted)" } ?? counted
            self.conditions = conditions
            self.count = count
            self.max = max
            self.window = window
            self.scope = scope
            self.mode = mode
            self.givesBack = givesBack ?? window.givesBack
            self.location = location
        }

        /// Returns the same limit with the weaker of its own mode and this one.
        func weakened(to mode: Mode) -> Limit { Limit(self, mode: Swift.min(self.mode, mode)) }

        /// The same limit with a name and a counter of its own, for a limit beside a stronger one that counts the same:
        /// `calls per day by account (shadow)`.
        var asTwin: Limit { Limit(self, mode: mode, suffix: " (\(mode.rawValue))") }

        private init(_ other: Limit, mode: Mode, suffix: String = "") {
            id = other.id
            actions = other.actions
            name = other.name + suffix
            counterName = other.counterName + suffix
            conditions = other.conditions
            count = other.count
            max = other.max
            window = other.window
            scope = other.scope
            self.mode = mode
            givesBack = other.givesBack
            location = other.location
        }
    }
}

extension Policy.Limit {
    /// In words, the calls that the limit counts: `plan is "pro"`; nil if it counts all calls.
    public var when: String? { conditions.isEmpty ? nil : Policy.Condition.text(of: conditions) }

    private static func suffix(_ conditions: [Policy.Condition]) -> String {
        conditions.isEmpty ? "" : " when \(Policy.Condition.text(of: conditions))"
    }

    /// "at most 3 calls per minute by account when plan is "free"", after the limit's `id` if it has one.
    package var sentence: String {
        let actions = actions.isEmpty ? "" : " of \(Policy.Limit.list(actions))"
        let limit = "at most \(amountText)\(actions) \(window) by \(scope.rawValue)\(Policy.Limit.suffix(conditions))"
        return id.map { "\($0): \(limit)" } ?? limit
    }

    /// " together with export (limit "ai calls")" for a call of one of several actions; empty for a limit of one
    /// action.
    func sharing(with action: String) -> String {
        guard !actions.isEmpty else { return "" }
        let others = actions.filter { $0 != action }
        return (others.isEmpty ? "" : " together with \(Policy.Limit.list(others))") + " (limit \"\(name)\")"
    }

    /// "chat, export and 3 more".
    private static func list(_ actions: [String]) -> String {
        let shown = actions.count > 4 ? Array(actions.prefix(3)) + ["\(actions.count - 3) more"] : actions
        return shown.count < 2
            ? shown.joined() : shown.dropLast().joined(separator: ", ") + " and " + (shown.last ?? "")
    }

    /// Whether the limit counts a call with these attributes.
    func applies(to attributes: Attributes) -> Bool { conditions.allSatisfy { $0.holds(for: attributes) } }
}

extension Policy.Limit {
    /// "1 call", "500 credits", "2000 output_tokens".
    package var amountText: String {
        switch count {
        case .calls where max == 1: "1 call"
        case .credits where max == 1: "1 credit"
        default: "\(max) \(count)"
        }
    }
}

extension Policy.Limit.Count: CustomStringConvertible {
    /// The word in a policy file.
    public var description: String {
        switch self {
        case .calls: "calls"
        case .credits: "credits"
        case .unit(let name): name
        }
    }
}

extension Policy.Limit {
    /// Returns the limit's unique name in the ledger.
    ///
    /// An action's name has no colon, and a limit of several actions has one before any slash, so the two kinds of
    /// names differ.
    func counter(in action: String) -> String { actions.isEmpty ? "\(action)/\(counterName)" : counterName }

    /// Returns the amount that a call with this cost and these units adds to the limit.
    func amount(credits: Credits, units: Units) -> Int64 {
        switch count {
        case .calls: 1
        case .credits: credits.rawValue
        case .unit(let name): units[name] ?? 0
        }
    }
}
