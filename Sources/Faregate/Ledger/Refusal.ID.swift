extension Refusal {
    /// Names a refusal that was kept: `r` and 16 hexadecimal digits, unguessable.
    public struct ID: Identifier {
        public let rawValue: String

        /// - Throws: ``InvalidInput`` unless it is 1 to 255 bytes of UTF-8 without control characters.
        public init(_ string: String) throws(InvalidInput) {
            rawValue = try checked(string, is: "a refusal's id")
        }

        /// A new one: 64 random bits.
        public static func random() -> ID {
            ID(unchecked: "r" + hexadecimal([UInt8].random(count: 8)))
        }

        private init(unchecked: String) {
            rawValue = unchecked
        }
    }
}
