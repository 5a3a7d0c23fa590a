extension History {
    /// A position in a history. It stays valid when entries are added.
    public struct Cursor: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int64

        public init(rawValue: Int64) {
            self.rawValue = rawValue
        }

        /// - Throws: ``InvalidInput`` when the text is not a cursor.
        public init(parsing text: String) throws(InvalidInput) {
            guard let value = Int64(text), value > 0 else {
                throw InvalidInput("this is not a cursor of a history page")
            }
            rawValue = value
        }
    }
}
