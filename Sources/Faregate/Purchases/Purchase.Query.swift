extension Purchase {
    /// Which purchases are asked for.
    package enum Query: Sendable, Hashable {
        case one(ID)
        /// The one with this checkout.
        case checkout(String, provider: String)
        /// Those whose order goes by any of the provider's names, or that the names hint at.
        case named(Names, provider: String)
        case account(AccountID, count: Int)
        /// Those that a person should look at.
        case flagged(count: Int)
        /// Those whose money is on its way: oldest first.
        case awaited(provider: String, count: Int)
        case latest(count: Int)
    }
}
