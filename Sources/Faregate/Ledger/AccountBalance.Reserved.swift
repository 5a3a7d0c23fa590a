extension AccountBalance {
    /// Credits that pay only for some actions.
    public struct Reserved: Sendable, Hashable, Codable {
        /// The actions, in alphabetical order; in a balance, by their names when the credits were granted.
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
    /// - Parameter names: the action's former names and its present one.
    package func spendable(on names: [String]) -> Credits { remaining.less(reserved.forOthers(than: names)) }
}

extension [AccountBalance.Reserved] {
    /// The credits that can't pay for an action.
    func forOthers(than names: [String]) -> Int64 {
        filter { $0.actions.allSatisfy { !names.contains($0) } }.reduce(0) { $0 + $1.credits.rawValue }
    }
}

extension Credits {
    func less(_ others: Int64) -> Credits { Credits(rawValue: rawValue - others) ?? 0 }
}
