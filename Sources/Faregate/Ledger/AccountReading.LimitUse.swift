extension AccountReading {
    /// How much of a limit is used.
    package struct LimitUse: Sendable, Hashable {
        /// The limit's ``LimitCheck/name``.
        package var name: String
        /// The amount counted in the current window: 0 or more.
        package var used: Int64
        /// For a calendar window, when the next one begins. For a rolling window, when its oldest call leaves it; nil
        /// if the window is empty.
        package var resetsAt: Timestamp?

        package init(name: String, used: Int64, resetsAt: Timestamp?) {
            self.name = name
            self.used = used
            self.resetsAt = resetsAt
        }
    }
}
