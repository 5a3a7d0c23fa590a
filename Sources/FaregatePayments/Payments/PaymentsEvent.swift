public import Faregate

/// What became of a webhook, for servers to log and count. Never holds any of the body, the secrets or the signature; of
/// the event, its id and its type.
public enum PaymentsEvent: Sendable {
    /// Not taken: nothing was changed. The provider is nil where there is none of the name.
    case refused(provider: String?, Problem)
    /// Safely kept: what it brought about, or why a person should look at it.
    case received(InboxEventID, type: String, InboxReceipt)
    /// The ledger could not store it. The provider was asked to send it again.
    case notStored(InboxEventID, type: String, LedgerError)
    /// It was kept before, and acted on or tried again just now.
    case retried(InboxEventID, type: String, InboxReceipt)
    /// The ledger could not be asked what is to be tried again. That is asked again in a while.
    case notRetried(LedgerError)
}
