extension Purchase {
    /// The amount by which a coupon or a code reduced the price.
    public struct Discount: Sendable, Hashable {
        /// In minor units of the payment's currency; nil if the provider reports a discount without its amount.
        public let minorUnits: Int64?

        public static let none = Discount(minorUnits: 0)
        public static let untold = Discount(minorUnits: nil)

        /// - Parameter minorUnits: the amount; 0 is ``none``.
        public static func of(_ minorUnits: Int64) -> Discount { Discount(minorUnits: minorUnits) }
    }
}

/// A number, or `"untold"`.
extension Purchase.Discount: Codable {
    private static let untoldText = "untold"

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        guard let text = try? value.decode(String.self) else {
            self.init(minorUnits: try value.decode(Int64.self))
            return
        }
        guard text == Purchase.Discount.untoldText else {
            throw DecodingError.dataCorruptedError(in: value, debugDescription: "this is neither a number nor untold")
        }
        self = .untold
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        if let minorUnits { try value.encode(minorUnits) } else { try value.encode(Purchase.Discount.untoldText) }
    }
}
