/// What is being replaced by ``PurchaseLedger``: the ledgers and the payments module still go by it.
public protocol FormerPurchaseLedger: Sendable {
    /// Records a purchase before its checkout is made at the provider.
    ///
    /// - Parameters:
    ///   - purchase: what is being bought; recorded before, it stays as it is.
    ///   - plans: say what the account receives if this is the first sight of it.
    ///   - now: the time of the checkout.
    func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError)

    /// Notes the provider's own id for the checkout of a recorded purchase.
    func attach(checkout: String, to purchase: PurchaseID, at now: Timestamp) async throws(LedgerError)

    /// Stores a verified event before it is acted on. The same event again is only counted.
    ///
    /// - Returns: false when the event was acted on before, and there is nothing left to do.
    func store(_ event: InboxEvent, at now: Timestamp) async throws(LedgerError) -> Bool

    /// Acts on a stored event in one transaction: the purchase becomes paid, its credits are granted, and the event
    /// is marked as done. However often, in whatever order and from however many places: once.
    func fulfil(_ payment: PaymentReceived, at now: Timestamp) async throws(LedgerError) -> Fulfilment

    /// Marks a stored event as one that asks for nothing.
    func dismiss(_ event: InboxEventID, at now: Timestamp) async throws(LedgerError)

    /// Notes that acting on a stored event failed; it stays in the inbox.
    func postpone(_ event: InboxEventID, because error: String, at now: Timestamp) async throws(LedgerError)
}

/// A provider says that a checkout has been paid for.
public struct PaymentReceived: Sendable, Hashable {
    public let event: InboxEventID
    /// The provider's id of the checkout.
    public let checkout: String
    /// Our id, as the provider handed it back.
    public let purchase: String?
    /// The provider's id of the payment, by which refunds and disputes will name it.
    public let payment: String?
    public let amount: Money?

    public init(event: InboxEventID, checkout: String, purchase: String?, payment: String?, amount: Money?) {
        self.event = event
        self.checkout = checkout
        self.purchase = purchase
        self.payment = payment
        self.amount = amount
    }
}

/// What became of a payment.
public enum Fulfilment: Sendable, Hashable {
    case credited(AccountID, Credits)
    /// It was credited before; nothing was added.
    case alreadyCredited(AccountID)
    /// Kept in the inbox for a person to look at; nothing was granted.
    case flagged(Flag)

    /// Why a payment is not credited by itself: an open set.
    public struct Flag: RawRepresentable, Sendable, Hashable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// No checkout of ours has this id.
        public static let unknownPurchase = Flag(rawValue: "unknown purchase")
        /// The amount or the currency is not what the checkout was made for.
        public static let amountMismatch = Flag(rawValue: "amount mismatch")
    }
}
