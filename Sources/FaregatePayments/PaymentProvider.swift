public import Faregate
public import Foundation

/// A payment provider: turns its bytes into provider-neutral events, and purchases into checkouts.
public protocol PaymentProvider: Sendable {
    /// The provider's name in the ledger and in addresses: `stripe`, `dodo`.
    var name: String { get }

    /// Verifies a webhook's signature and reads the webhook.
    ///
    /// - Parameters:
    ///   - headers: as they were received; names in any case.
    ///   - body: the received bytes, unchanged.
    ///   - now: the time against which the signature's age is checked.
    /// - Throws: ``ProviderKit/WebhookRefusal`` unless the body is an event of this provider and this server's mode,
    ///   signed recently with one of our secrets.
    func verify(
        headers: [(name: String, value: String)],
        body: Data,
        at now: Timestamp
    ) throws(ProviderKit.WebhookRefusal) -> ProviderKit.VerifiedEvent

    /// Reads a stored event again for a retry. It was verified when it was received.
    func read(_ event: Inbox.Event) -> Inbox.Reading

    /// Whether customers can pay less than the price, with a coupon or a code.
    var allowsDiscounts: Bool { get }

    /// Whether each account has its own customer at the provider.
    var keepsCustomers: Bool { get }

    /// Makes a customer at the provider for an account, if ``keepsCustomers`` is true.
    ///
    /// - Parameters:
    ///   - account: the account that the customer is for.
    ///   - email: the customer's address, if it is known.
    ///   - lost: the id of the account's previous customer, which the provider no longer has.
    /// - Returns: the provider's id of the customer; nil if ``keepsCustomers`` is false, or if the provider requires
    ///   details that are not known, such as an e-mail address.
    func makeCustomer(of account: AccountID, email: String?, insteadOf lost: String?) async throws(ProviderKit.Failure)
        -> String?

    /// Opens a checkout at the provider for a recorded purchase.
    func open(_ purchase: Purchase, _ order: ProviderKit.CheckoutOrder) async throws(ProviderKit.Failure)
        -> Purchase.Checkout

    /// Looks up the present state of a checkout.
    ///
    /// - Parameters:
    ///   - checkout: the provider's id of the checkout.
    ///   - patience: the longest time for the whole lookup, for a customer who waits for a page. If it is set, each
    ///     request is sent only once. If nil, there is no limit and failed requests are repeated.
    /// - Returns: nil if the provider has no such checkout.
    func look(up checkout: String, within patience: Duration?) async throws(ProviderKit.Failure)
        -> [Purchase.Event]?

    /// Returns everything that happened at the provider since a time: payments, refunds and disputes.
    ///
    /// - Parameters:
    ///   - since: the earliest time. Earlier events may be included.
    ///   - progress: called with the number of objects read so far.
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
