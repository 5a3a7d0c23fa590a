public import Faregate

/// What became of a webhook, for servers to log and count. Never holds any of the body, the secrets or the signature;
/// of the event, its id and its type.
public enum WebhookEvent: Sendable {
    /// Not taken: nothing was changed.
    case refused(Problem)
    /// It was acted on before; nothing was left to do.
    case repeated(InboxEventID)
    /// It asks for nothing.
    case dismissed(InboxEventID, type: String)
    /// A payment is in: credited, or flagged for a person to look at.
    case fulfilled(InboxEventID, Fulfilment)
    /// It lacks what is needed to act on it. It stays in the inbox for a person to look at; nothing was granted.
    case kept(InboxEventID, type: String, because: String)
    /// The ledger could not store it or act on it. The provider was asked to send it again.
    case failed(InboxEventID, type: String, LedgerError)
}
