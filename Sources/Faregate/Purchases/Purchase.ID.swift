extension Purchase {
    /// The id of a purchase. It is random, so that it can be the idempotency key at the provider.
    public struct ID: Identifier {
        public let rawValue: String

        /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters.
        public init(_ string: String) throws(InvalidInput) {
            rawValue = try checked(string, is: "a purchase id")
        }

        /// Returns a new id with 128 random bits.
        public static func random() -> ID {
            ID(unchecked: "pur_" + hexadecimal([UInt8].random(count: 16)))
        }

        private init(unchecked: String) {
            rawValue = unchecked
        }
    }
}
