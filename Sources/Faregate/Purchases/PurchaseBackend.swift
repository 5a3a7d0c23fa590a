/// The requirements of a ledger for purchases and the inbox of provider events.
///
/// A ledger stores the facts of an order as a set. With every new fact it adjusts the account's credits to the order's
/// ``Purchase/Position``, in the same transaction. Orders that turn out to have an id in common are merged.
///
/// An event is ours if it has the id of a recorded purchase's checkout or payment, or the purchase's own id under the
/// conditions of ``Purchase/Event/hint``. Other events are recorded as not ours, because a provider's account may serve
/// other shops too. Their facts are stored for ``Purchase/Retention/notOursMilliseconds``, because a refund may arrive
/// before its payment. Their payer's details are not stored, unless the metadata has the id of a recorded purchase.
package protocol PurchaseBackend: AnyObject, Sendable {
    /// Records a purchase before its checkout is made at the provider.
    ///
    /// - Parameters:
    ///   - purchase: the purchase. If it is already recorded, nothing changes.
    ///   - plans: the plans to grant from if the account is new.
    ///   - now: the time of the checkout.
    /// - Throws: ``LedgerError``, with ``LedgerError/Code/tooManyOpen`` when the account has
    ///   ``Purchase/OpenCheckoutLimit/perAccount`` unpaid checkouts open.
    func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError)

    /// Records the provider's id and page of a purchase's checkout. Facts about the checkout that arrived earlier are
    /// applied at once.
    ///
    /// If another checkout for the same request is already open, nothing is recorded: two processes may have handled
    /// the request at the same moment, and one page is enough.
    ///
    /// - Returns: the checkout to send the customer to, this one or the earlier one, and the change made by facts that
    ///   arrived earlier.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` when the purchase doesn't exist, when it has
    ///   another checkout, or when the checkout has another purchase.
    @discardableResult
    func attach(
        _ checkout: Purchase.Checkout,
        to purchase: Purchase.ID,
        at now: Timestamp
    ) async throws(LedgerError) -> (checkout: Purchase.Checkout, change: Purchase.Change?)

    /// Adopts a purchase that the provider has and the ledger lacks, with its events. If the purchase is already on
    /// record, only new facts are added. Payer details are not stored for an account whose personal data was ever
    /// deleted.
    ///
    /// - Parameters:
    ///   - purchase: the purchase that the metadata of its order describes.
    ///   - events: the events of its order.
    ///   - note: who decided it, and why.
    ///   - plans: the plans to grant from if the account is new.
    ///   - openedAt: when its checkout was opened; if that isn't known, the start of the period whose orders were
    ///     requested from its provider.
    ///   - now: the time of the decision.
    /// - Returns: the changes.
    func adopt(
        _ purchase: Purchase,
        knowing events: [Purchase.Event],
        _ note: Ledger.Note,
        under plans: PlanBook,
        openedAt: Timestamp,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change]

    /// Stores a verified event and acts on it, in one transaction. If acting on it fails, only that part is undone: the
    /// event is stored all the same.
    ///
    /// A repeat of an event is counted, and acting on it is retried if it failed before. The body is stored if the
    /// event belongs to a recorded purchase.
    ///
    /// - Parameters:
    ///   - event: the event as received.
    ///   - reading: the parsed event.
    ///   - now: the time of receiving.
    /// - Throws: ``LedgerError`` when it could not be stored; the provider must then send it again.
    func receive(
        _ event: Inbox.Event,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt

    /// Acts on a stored event that was not acted on yet, without counting a delivery.
    ///
    /// - Parameters:
    ///   - event: the event as stored in the inbox.
    ///   - reading: the event as parsed now.
    ///   - now: the time of the retry.
    /// - Returns: nil when there is no such event. An event that is not ours isn't retried: only the provider can send
    ///   it again.
    func retry(
        _ event: Inbox.Event.ID,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt?

    /// Dismisses a flagged event: it is done, and its body is deleted. The note is recorded with the event, and with
    /// the accounts whose purchases it is about.
    ///
    /// - Returns: the event's state before: only a ``Inbox/State/flagged`` event is dismissed, others don't change. Nil
    ///   when there is no such event.
    func dismiss(_ event: Inbox.Event.ID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Inbox
        .State?

    /// Records facts that didn't come from the inbox, but from a request to the provider or from a person's decision.
    /// Facts of orders without a recorded purchase are not stored.
    ///
    /// - Parameters:
    ///   - events: in any order; some or all may already be recorded.
    ///   - provider: the provider of the events.
    ///   - isRehearsal: true to return the changes without making them.
    ///   - now: the time of recording.
    /// - Returns: the changes made or rehearsed; the last change of a purchase has its final position. Each event of an
    ///   order without a recorded purchase gives a change without a purchase.
    func record(
        _ events: [Purchase.Event],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change]

    /// Records a person's decision about a purchase that waits for it. Otherwise does nothing: decisions can't be made
    /// in advance.
    ///
    /// - Parameters:
    ///   - decision: approves the payment, or sets how much a refund or a dispute took.
    ///   - purchase: the purchase's id.
    ///   - note: who decides it, and why.
    ///   - now: the time of the decision.
    /// - Returns: nil when there is no such purchase; `before` and `after` are equal when nothing waited for the
    ///   decision.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` for an amount outside the payment, or in another
    ///   currency.
    func decide(
        _ decision: Purchase.Decision,
        of purchase: Purchase.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change?

    /// Returns events of the inbox, at most 1000: latest first. Events that are not ours are sorted by their latest
    /// delivery, and due events by the time at which they became due, earliest first.
    func inbox(_ query: Inbox.Query) async throws(LedgerError) -> [Inbox.Entry]

    /// Returns purchases, latest first, at most 1000.
    func purchases(_ query: Purchase.Query) async throws(LedgerError) -> [Purchase.Record]

    /// Returns the open checkout for the request with this key, if there is one.
    func openCheckout(
        of account: AccountID,
        provider: String,
        request key: String,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Checkout?

    /// Returns the provider's id of the account's customer, if one is stored.
    func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String?

    /// Stores the provider's id of the account's customer, so that the customer's cards and addresses can be reused.
    /// Keeps an id that is already stored: two checkouts may each have created a customer.
    ///
    /// - Returns: the stored id.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` when the account doesn't exist.
    @discardableResult
    func keep(
        customer: String,
        of account: AccountID,
        provider: String,
        at now: Timestamp
    ) async throws(LedgerError) -> String

    /// Deletes the stored id of a customer that the provider no longer has. Does nothing if another id is stored by
    /// now.
    func drop(customer: String, of account: AccountID, provider: String) async throws(LedgerError)

    /// Deletes the personal data of an account: billing details, the bodies of events of its purchases, and its
    /// customers at providers. Purchases, payments and refunds stay, so that the journal can still be audited. Personal
    /// data that the provider sends later for these purchases isn't stored either.
    ///
    /// - Returns: nil when the account doesn't exist.
    func forget(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Purchase
        .ForgottenDetails?
}

extension PurchaseBackend {
    /// Approves a payment whose amount, currency or pack isn't what was sold: ``Purchase/Decision/approve``.
    package func approve(
        _ purchase: Purchase.ID, _ note: Ledger.Note, at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change? {
        try await decide(.approve, of: purchase, note, at: now)
    }
}
