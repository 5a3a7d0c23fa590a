extension Ledger {
    /// Who did something to an account by hand, and why: kept with the account.
    public struct Note: Sendable, Hashable, Codable {
        /// At most 255 bytes.
        public let by: String
        /// At most 500 bytes.
        public let reason: String

        /// - Throws: ``InvalidInput`` when one of them is longer than that.
        public init(by: String, reason: String) throws(InvalidInput) {
            guard by.utf8.count <= 255 else { throw InvalidInput("the name of who did it has at most 255 bytes") }
            guard reason.utf8.count <= 500 else { throw InvalidInput("a reason has at most 500 bytes") }
            self.by = by
            self.reason = reason
        }
    }
}
