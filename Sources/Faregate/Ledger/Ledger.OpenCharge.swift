extension Ledger {
    /// An open charge: its credits are held.
    public struct OpenCharge: Sendable, Hashable, Codable {
        public let id: ChargeID
        public let account: AccountID
        public let action: String
        public let cost: Credits
        public let createdAt: Timestamp
        /// The process that holds it, as a host and a process id.
        public let holder: String
        /// When the holder's lease ends, unless the holder renews it.
        public let deadline: Timestamp

        package init(
            id: ChargeID,
            account: AccountID,
            action: String,
            cost: Credits,
            createdAt: Timestamp,
            holder: String,
            deadline: Timestamp
        ) {
            self.id = id
            self.account = account
            self.action = action
            self.cost = cost
            self.createdAt = createdAt
            self.holder = holder
            self.deadline = deadline
        }
    }
}
