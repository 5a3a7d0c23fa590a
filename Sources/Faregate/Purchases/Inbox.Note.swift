extension Inbox {
    /// What ledgers note of events, in the same words.
    package enum Note {
        package static let saysNothing = "says nothing about purchases"
        package static let contradiction = "its names are those of two purchases"
        package static let bodyIsGone = "its body is not kept any more; let the provider send it again, or dismiss it"

        package static func dismissed(_ note: Ledger.Note) -> String { "dismissed by \(note.by): \(note.reason)" }

        /// With the account whose purchase the event speaks of.
        package static func dismissal(of event: Event.ID) -> String {
            "dismissed event \(event.event) of \(event.provider)"
        }
    }
}
