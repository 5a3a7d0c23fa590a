extension Standing {
    /// How much of a limit is left.
    public struct Limit: Sendable, Hashable, Codable {
        public let name: String
        /// The actions whose calls the limit counts together; empty for a limit of one action.
        public let actions: [String]
        /// What the limit counts: `calls`, `credits` or a unit.
        public let count: String
        public let scope: Policy.Limit.Scope
        /// In the words of a policy file: `per day`, `within 24h`.
        public let window: String
        /// A limit in shadow mode refuses nobody.
        public let mode: Policy.Mode
        public let max: Int64
        public let used: Int64
        /// 0 or more.
        public let left: Int64
        /// For a calendar window, when the next one begins. For a rolling window, when its oldest call leaves it; nil
        /// if the window is empty. Also nil if ``max`` is 0: the next window allows no more.
        public let resetsAt: Timestamp?

        init(_ limit: Policy.Limit, _ use: AccountReading.LimitUse) {
            name = limit.name
            actions = limit.actions
            count = limit.count.description
            scope = limit.scope
            window = limit.window.description
            mode = limit.mode
            max = limit.max
            used = use.used
            left = Swift.max(0, limit.max - use.used)
            resetsAt = limit.max == 0 ? nil : use.resetsAt
        }
    }
}
