extension Purchase {
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Flag: String, Sendable, Hashable, Codable, CaseIterable {
        /// What was paid is not what the checkout was made for, in amount or currency. Nothing is granted for it until a
        /// person approves; giving the money back at the provider ends it too.
        case amountMismatch = "amount mismatch"
        /// What was paid for is another product than was sold, or another number of it, or more besides. The same holds.
        case packMismatch = "pack mismatch"
        /// The same checkout was paid for more than once, and the money is still there.
        case paidTwice = "paid twice"
        /// A refund is in another currency than the payment: it takes nothing until a person says how much it took.
        case refundCurrency = "refund in another currency"
        /// A dispute is in another currency than the payment: it takes all of it until a person says how much it took.
        case disputeCurrency = "dispute in another currency"
        /// There are several payments, and a refund or a dispute of none of them: it takes nothing until a person says how much
        /// it took.
        case strayClaim = "refund or dispute of an unknown payment"
    }
}
