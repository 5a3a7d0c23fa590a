extension AccountBalance {
    /// Credits that pay only for some actions.
    public struct Reserved: Sendable, Hashable, Codable {
        /// The actions, in alphabetical order; in a balance, each by its oldest name.
        public let actions: [String]
        /// 1 or more.
        public let credits: Credits

        package init(actions: [String], credits: Credits) {
            self.actions = actions
            self.credits = credits
        }
    }

    /// The credits that can pay for an action.
    ///
    /// - Parameter action: the action's oldest name.
    package func spendable(on action: String) -> Credits {
        let others = reserved.filter { !$0.actions.contains(action) }.reduce(0) { $0 + $1.credits.rawValue }
        return Credits(rawValue: remaining.rawValue - others) ?? 0
    }
}
