extension Standing {
    /// Credits that expire together.
    public struct ExpiringCredits: Sendable, Hashable, Codable {
        /// 1 or more.
        public let credits: Credits
        public let at: Timestamp

        package init(credits: Credits, at: Timestamp) {
            self.credits = credits
            self.at = at
        }
    }
}
