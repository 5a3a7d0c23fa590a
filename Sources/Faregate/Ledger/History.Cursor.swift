extension History {
    /// A place in a history. Stays valid whatever is added meanwhile.
    public struct Cursor: RawRepresentable, Sendable, Hashable, Codable {
        public let rawValue: Int64

        public init(rawValue: Int64) {
            self.rawValue = rawValue
        }

        /// - Throws: ``InvalidInput`` when the text is not a cursor that a page returned.
        public init(parsing text: String) throws(InvalidInput) {
            guard let value = Int64(text), value > 0 else {
                throw InvalidInput("that is not a cursor of a history page")
            }
            rawValue = value
        }
    }
}
