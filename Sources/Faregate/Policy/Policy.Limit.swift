extension Policy {
    /// At most so many calls, credits or units per window, counted for an account, a member or everyone together.
    public struct Limit: Hashable, Sendable {
        /// What the limit counts by.
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
    /// As a policy file writes it.
    public var description: String {
        switch self {
        case .calls: "calls"
        case .credits: "credits"
        case .unit(let name): name
        }
    }
}

extension Policy.Limit {
    /// Names the limit in the whole ledger.
    func counter(in action: String) -> String { "\(action)/\(counterName)" }

    /// What a call counts for the limit that costs and uses so much.
    func amount(credits: Credits, units: Units) -> Int64 {
        switch count {
        case .calls: 1
        case .credits: credits.rawValue
        case .unit(let name): units[name] ?? 0
        }
    }
}
