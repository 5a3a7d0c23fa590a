extension Purchase {
    /// A query for purchases.
    package enum Query: Sendable, Hashable {
        case one(ID)
        /// The purchase with this checkout.
        case checkout(String, provider: String)
        /// The purchases whose order has any of the provider's ids, and the purchase whose own id is in the metadata.
        case named(Names, provider: String)
        case account(AccountID, count: Int)
        /// The purchases that a person should check.
        case flagged(count: Int)
        /// The purchases whose money is on its way, oldest first.
        case awaited(provider: String, count: Int)
        case latest(count: Int)
    }
}
