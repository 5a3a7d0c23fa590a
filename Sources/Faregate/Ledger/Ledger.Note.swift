extension Ledger {
    /// Who changed an account by hand, and why. Recorded with the account.
    public struct Note: Sendable, Hashable, Codable {
        /// At most 255 bytes.
        public let by: String
        /// At most 500 bytes.
        public let reason: String

        /// - Throws: ``InvalidInput`` when one of them is too long.
        public init(by: String, reason: String) throws(InvalidInput) {
            guard by.utf8.count <= 255 else { throw InvalidInput("a person's name can have at most 255 bytes") }
            guard reason.utf8.count <= 500 else { throw InvalidInput("a reason can have at most 500 bytes") }
            self.by = by
            self.reason = reason
        }
    }
}
