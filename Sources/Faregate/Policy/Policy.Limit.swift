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

        /// The limit's name within the action: its `id` in the file, or else its content without `max`, `mode` and
        /// `givesBack`.
        public let name: String
        /// The name of the limit's counters. Edits of `max`, `mode` and `givesBack` keep the counters; another window,
        /// scope or count gets new ones, even under the same `id`.
        let counterName: String
        public let count: Count
        /// The most that a window allows.
        public let max: Int64
        public let window: Window
        public let scope: Scope
        /// A limit in shadow mode counts but refuses nobody.
        public let mode: Mode
        /// Whether a refund subtracts the call from the count: by default for windows of an hour or longer.
        public let givesBack: Bool
        public let location: Location

        package init(
            name: String? = nil,
            count: Count = .calls,
            max: Int64,
            window: Window,
            scope: Scope,
            mode: Mode = .enforce,
            givesBack: Bool? = nil,
            location: Location
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

        /// Returns the same limit with the weaker of its own mode and this one.
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
    func counter(in action: String) -> String { "\(action)/\(counterName)" }

    /// Returns the amount that a call with this cost and these units adds to the limit.
    func amount(credits: Credits, units: Units) -> Int64 {
        switch count {
        case .calls: 1
        case .credits: credits.rawValue
        case .unit(let name): units[name] ?? 0
        }
    }
}
