extension Inbox {
    /// The result of parsing a provider's event.
    public enum Reading: Sendable, Hashable {
        case facts([Purchase.Event])
        /// The event isn't about purchases.
        case nothing
        /// The event should be about a purchase, but parts are missing or invalid; the text says which. If it belongs
        /// to a recorded purchase, it is stored and flagged for a person. The names are the ids of its order, as far as
        /// they can be read; nil if none can be read.
        case unreadable(String, Purchase.Names?)
    }
}
