extension Refusal {
    /// The id of a refusal: `r` and 16 random hexadecimal digits.
    public struct ID: Identifier {
        public let rawValue: String

        /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters.
        public init(_ string: String) throws(InvalidInput) {
            rawValue = try checked(string, is: "a refusal's id")
        }

        /// Returns a new id with 64 random bits.
        public static func random() -> ID {
            ID(unchecked: "r" + hexadecimal([UInt8].random(count: 8)))
        }

        private init(unchecked: String) {
            rawValue = unchecked
        }
    }
}
