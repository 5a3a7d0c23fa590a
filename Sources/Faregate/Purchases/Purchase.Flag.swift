extension Purchase {
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Flag: String, Sendable, Hashable, Codable, CaseIterable {
        /// The amount or currency of the payment isn't that of the checkout. Nothing is granted until a person approves
        /// it. Refunding it at the provider also resolves the flag.
        case amountMismatch = "amount mismatch"
        /// The payment is for another product, another quantity, or further products. Nothing is granted until a person
        /// approves it. Refunding it at the provider also resolves the flag.
        case packMismatch = "pack mismatch"
        /// The same checkout was paid more than once, and the second payment wasn't refunded.
        case paidTwice = "paid twice"
        /// A refund is in another currency than the payment. It takes nothing until a person decides how much.
        case refundCurrency = "refund in another currency"
        /// A dispute is in another currency than the payment. It takes the whole payment until a person decides how
        /// much.
        case disputeCurrency = "dispute in another currency"
        /// There are several payments, and a refund or dispute refers to none of them. It takes nothing until a person
        /// decides how much.
        case strayClaim = "refund or dispute of an unknown payment"
    }
}
