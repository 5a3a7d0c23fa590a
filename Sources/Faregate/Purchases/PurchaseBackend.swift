/// The part of a ledger that keeps purchases and the inbox of provider events.
///
/// A ledger keeps the facts of an order as a set, and with every new one brings what the account has received for it
/// to the order's ``Purchase/Position``, in the same transaction. Facts that turn out to share a name become facts of one
/// order.
///
/// An event is ours when it names a purchase on record: by its checkout, by a payment, or by our own id where that fits
/// (``Purchase/Event/names``). A provider's account may serve others too, so all else is noted as not ours. The facts of such an
/// order are kept for ``Purchase/Retention/notOursMilliseconds``, since a refund may arrive before its payment; who paid it is
/// not, unless its metadata has the id of a purchase on record.
package protocol PurchaseBackend: AnyObject, Sendable {
    /// Records a purchase before its checkout is made at the provider.
    ///
    /// - Parameters:
    ///   - purchase: what is being bought; recorded before, it stays as it is.
    ///   - plans: say what the account receives if this is the first sight of it.
    ///   - now: the time of the checkout.
    /// - Throws: ``LedgerError``, with ``LedgerError/Code/tooManyOpen`` when the account has ``Purchase/OpenCheckoutLimit/perAccount`` open
    ///   checkouts that nobody has paid.
    func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError)

    /// Notes the provider's own id and page of the checkout of a recorded purchase. What was said of the checkout before
    /// counts at once.
    ///
    /// Where another checkout is open that was made for the same request, nothing is noted: two processes may have been
    /// asked at the same moment, and one page for each request is enough.
    ///
    /// - Returns: the checkout to send the customer to: this one, or that which was there before; and what changed by what
    ///   had been said of it.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` when there is no such purchase, when it has another
    ///   checkout, or the checkout another purchase.
    @discardableResult
    func attach(
        _ checkout: Purchase.Checkout,
        to purchase: Purchase.ID,
        at now: Timestamp
    ) async throws(LedgerError) -> (checkout: Purchase.Checkout, change: Purchase.Change?)

    /// Takes a purchase on record that the provider knows and the ledger has lost, with all that happened to it. One that is
    /// on record stays as it is, and learns what is new.
    ///
    /// - Parameters:
    ///   - purchase: as the metadata of its order describes it.
    ///   - events: of its order.
    ///   - note: who says so, and why.
    ///   - plans: say what the account receives if this is the first sight of it.
    ///   - openedAt: when its checkout was opened, or the time since when its provider was asked, where that is all that is
    ///     known. It may be long ago: details of who paid are not kept for an account that was ever forgotten.
    ///   - now: the time of the decision.
    /// - Returns: what changed.
    func adopt(
        _ purchase: Purchase,
        knowing events: [Purchase.Event],
        _ note: Ledger.Note,
        under plans: PlanBook,
        openedAt: Timestamp,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change]

    /// Stores a verified event, then acts on it, in one transaction: what can't be acted on stays stored.
    ///
    /// The same event again is only counted; one that was not acted on before is then tried again. Its body is kept where
    /// it is of a purchase on record.
    ///
    /// - Parameters:
    ///   - event: as it came in.
    ///   - reading: what the provider's module made of it.
    ///   - now: the time of receiving.
    /// - Throws: ``LedgerError`` when it could not be stored. Then the provider must send it again.
    func receive(
        _ event: Inbox.Event,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt

    /// Acts on an event that is stored and was not acted on, as if it came again; it is no delivery, though.
    ///
    /// - Parameters:
    ///   - event: as it is in the inbox.
    ///   - reading: what the provider's module makes of it now.
    ///   - now: the time of trying.
    /// - Returns: nil when there is no such event. One that is not ours stays what it is: only the provider can send it again.
    func retry(
        _ event: Inbox.Event.ID,
        reading: Inbox.Reading,
        at now: Timestamp
    ) async throws(LedgerError) -> Inbox.Receipt?

    /// Says that a flagged event needs nothing more: it is done, and its body is not kept any longer. Who says so and why is
    /// noted with it, and with the accounts whose purchases it speaks of.
    ///
    /// - Returns: how the event stood before: only one that was ``Inbox/State/flagged`` is dismissed, any other stays as it is.
    ///   Nil when there is no such event.
    func dismiss(_ event: Inbox.Event.ID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Inbox
        .State?

    /// Adds what was learned otherwise: by asking the provider, or by a person's decision. Of orders that no purchase on
    /// record is of, nothing is kept.
    ///
    /// - Parameters:
    ///   - events: in any order; they may be known in part, or all of them.
    ///   - provider: whose events they are.
    ///   - isRehearsal: true to be told what would change, and change nothing.
    ///   - now: the time of learning.
    /// - Returns: what changed, or would: a purchase stands as in the last change of it. A change without a purchase stands for
    ///   each event of an order that no purchase on record is of.
    func record(
        _ events: [Purchase.Event],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [Purchase.Change]

    /// Records what a person decides of a purchase that waits for it. Does nothing to one that doesn't: nobody decides in
    /// advance.
    ///
    /// - Parameters:
    ///   - decision: lets the payment count, or says how much a refund or a dispute took.
    ///   - purchase: our id of it.
    ///   - note: who decides, and why.
    ///   - now: the time of the decision.
    /// - Returns: nil when there is no such purchase; `before` and `after` are the same when nothing waited for it.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` for an amount that isn't of the payment.
    func decide(
        _ decision: Purchase.Decision,
        of purchase: Purchase.ID,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change?

    /// The events of the inbox, latest first, those that are not ours by when they last came; those that are due, the longest due first. At most 1000 at a time.
    func inbox(_ query: Inbox.Query) async throws(LedgerError) -> [Inbox.Entry]

    /// The purchases, latest first. At most 1000 at a time.
    func purchases(_ query: Purchase.Query) async throws(LedgerError) -> [Purchase.Record]

    /// The open checkout that was made for the request of this key, if there is one.
    func openCheckout(
        of account: AccountID,
        provider: String,
        request key: String,
        at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Checkout?

    /// The account's customer at a provider: the provider's own id of it, as it was kept.
    func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String?

    /// Keeps the provider's id of the account's customer, so that cards and addresses are found again. The first one stays:
    /// two checkouts may have made one each.
    ///
    /// - Returns: the one that is kept.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` when there is no such account.
    @discardableResult
    func keep(
        customer: String,
        of account: AccountID,
        provider: String,
        at now: Timestamp
    ) async throws(LedgerError) -> String

    /// Drops a customer that the provider says it doesn't know any more. One that was kept in its place stays.
    func drop(customer: String, of account: AccountID, provider: String) async throws(LedgerError)

    /// Forgets who paid: billing details, the bodies of events of the account's purchases, and the customers that the
    /// account has at providers. What was bought, paid and given back stays: the books can still be proven. What the
    /// provider tells of these purchases later is not kept either.
    ///
    /// - Returns: nil when the account is not known.
    func forget(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Purchase
        .ForgottenDetails?
}

extension PurchaseBackend {
    /// Lets a purchase count whose payment isn't what was sold, in amount, currency or pack: ``Purchase/Decision/approve``.
    package func approve(
        _ purchase: Purchase.ID, _ note: Ledger.Note, at now: Timestamp
    ) async throws(LedgerError) -> Purchase.Change? {
        try await decide(.approve, of: purchase, note, at: now)
    }
}
