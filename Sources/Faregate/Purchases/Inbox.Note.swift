extension Inbox {
    /// The texts that all ledgers record about events.
    package enum Note {
        package static let saysNothing = "says nothing about purchases"
        package static let contradiction = "it names two different purchases"
        package static let bodyIsGone = "its body was deleted; let the provider send it again, or dismiss it"

        package static func dismissed(_ note: Ledger.Note) -> String { "dismissed by \(note.by): \(note.reason)" }

        /// Recorded with the account whose purchase the event is about.
        package static func dismissal(of event: Event.ID) -> String {
            "dismissed event \(event.event) of \(event.provider)"
        }
    }
}
