extension AccountReading {
    /// How much of a limit is used.
    package struct LimitUse: Sendable, Hashable {
        /// As ``LimitCheck/name``.
        package var name: String
        /// What was counted in the window of now: 0 or more.
        package var used: Int64
        /// When the next calendar window begins. Of a rolling window, when the oldest of what it counts has left it; nil where
        /// it counts nothing.
        package var resetsAt: Timestamp?

        package init(name: String, used: Int64, resetsAt: Timestamp?) {
            self.name = name
            self.used = used
            self.resetsAt = resetsAt
        }
    }
}
