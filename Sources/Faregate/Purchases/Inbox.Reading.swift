extension Inbox {
    /// What a provider's module makes of an event.
    public enum Reading: Sendable, Hashable {
        case facts([Purchase.Event])
        /// It says nothing about purchases.
        case nothing
        /// It should say something, but what is missing or absurd. Nobody guesses: where it is of a purchase on record, it is kept
        /// and flagged. The names are those of its order, as far as they can be read; nil where nothing of it can be read.
        case unreadable(String, Purchase.Names?)
    }
}
