extension Standing {
    /// How much of a limit is left.
    public struct Limit: Sendable, Hashable, Codable {
        public let name: String
        /// What it counts: `calls`, `credits` or a unit.
        public let count: String
        public let scope: Policy.Limit.Scope
        /// As a policy file has it: `per day`, `within 24h`.
        public let window: String
        /// In shadow it refuses nobody.
        public let mode: Policy.Mode
        public let max: Int64
        public let used: Int64
        /// 0 or more.
        public let left: Int64
        /// When the next calendar window begins. Of a rolling window, when the oldest of what it counts has left it; nil where
        /// it counts nothing.
        public let resetsAt: Timestamp?

        init(_ limit: Policy.Limit, _ use: AccountReading.LimitUse) {
            name = limit.name
            count = limit.count.description
            scope = limit.scope
            window = limit.window.description
            mode = limit.mode
            max = limit.max
            used = use.used
            left = Swift.max(0, limit.max - use.used)
            resetsAt = use.resetsAt
        }
    }
}
