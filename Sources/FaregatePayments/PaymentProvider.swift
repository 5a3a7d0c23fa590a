public import Faregate
public import Foundation

/// A payment provider: turns its bytes into provider-neutral events, and purchases into checkouts.
public protocol PaymentProvider: Sendable {
    /// In the books and in addresses: `stripe`, `dodo`.
    var name: String { get }

    /// Holds a webhook to its signature, and reads it.
    ///
    /// - Parameters:
    ///   - headers: as they came in; names in any case.
    ///   - body: byte by byte as it came in.
    ///   - now: what the age of the signature goes by.
    /// - Throws: ``ProviderKit/WebhookRefusal`` unless it is an event of this provider, of this server's mode, signed now and for us.
    func verify(
        headers: [(name: String, value: String)],
        body: Data,
        at now: Timestamp
    ) throws(ProviderKit.WebhookRefusal) -> ProviderKit.VerifiedEvent

    /// Reads a stored event anew, for another try: what is in the inbox was verified when it came.
    func read(_ event: Inbox.Event) -> Inbox.Reading

    /// Whether customers can pay less than the price here, by a coupon or a code.
    var allowsDiscounts: Bool { get }

    /// Whether each account has a customer of its own at the provider.
    var keepsCustomers: Bool { get }

    /// Makes a customer at the provider for an account, where the shop keeps customers.
    ///
    /// - Parameters:
    ///   - account: whose.
    ///   - email: the customer's address, where it is known.
    ///   - lost: the customer before, that the provider no longer knows.
    /// - Returns: the provider's id of the customer; nil where customers are not kept, or can't be made of what is known.
    func makeCustomer(of account: AccountID, email: String?, insteadOf lost: String?) async throws(ProviderKit.Failure)
        -> String?

    /// Opens a checkout at the provider for a purchase that is on record.
    func open(_ purchase: Purchase, _ order: ProviderKit.CheckoutOrder) async throws(ProviderKit.Failure)
        -> Purchase.Checkout

    /// Asks the provider how a checkout stands by now.
    ///
    /// - Parameters:
    ///   - checkout: the provider's id of it.
    ///   - patience: how long all of it may take, where somebody waits for a page: then everything is asked for once.
    ///     Nil: as long as it takes, with repeats where a request fails.
    /// - Returns: nil when the provider knows no such checkout.
    func look(up checkout: String, within patience: Duration?) async throws(ProviderKit.Failure)
        -> [Purchase.Event]?

    /// All that happened at the provider since then, page by page: payments, refunds and disputes.
    ///
    /// - Parameters:
    ///   - since: from when on; more may be told.
    ///   - progress: how many objects the provider has told of so far.
    func history(
        since: Timestamp,
        progress: @Sendable (_ seen: Int) -> Void
    ) async throws(ProviderKit.Failure) -> ProviderKit.History
}

extension PaymentProvider {
    public var allowsDiscounts: Bool { false }

    public var keepsCustomers: Bool { false }

    public func makeCustomer(
        of account: AccountID,
        email: String?,
        insteadOf lost: String?
    ) async throws(ProviderKit.Failure) -> String? { nil }
}
