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
    /// - Throws: ``WebhookRefusal`` unless it is an event of this provider, of this server's mode, signed now and for us.
    func verify(
        headers: [(name: String, value: String)],
        body: Data,
        at now: Timestamp
    ) throws(WebhookRefusal) -> VerifiedEvent

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
    func makeCustomer(of account: AccountID, email: String?, insteadOf lost: String?) async throws(ProviderError)
        -> String?

    /// Opens a checkout at the provider for a purchase that is on record.
    func open(_ purchase: Purchase, _ order: CheckoutOrder) async throws(ProviderError) -> Purchase.Checkout

    /// Asks the provider how a checkout stands by now.
    ///
    /// - Parameters:
    ///   - checkout: the provider's id of it.
    ///   - patience: how long all of it may take, where somebody waits for a page: then everything is asked for once.
    ///     Nil: as long as it takes, with repeats where a request fails.
    /// - Returns: nil when the provider knows no such checkout.
    func look(up checkout: String, within patience: Duration?) async throws(ProviderError)
        -> [Purchase.Event]?

    /// All that happened at the provider since then, page by page: payments, refunds and disputes.
    ///
    /// - Parameters:
    ///   - since: from when on; more may be told.
    ///   - progress: how many objects the provider has told of so far.
    func history(
        since: Timestamp,
        progress: @Sendable (_ seen: Int) -> Void
    ) async throws(ProviderError) -> ProviderHistory
}

/// What a provider tells of a time.
public struct ProviderHistory: Sendable, Hashable {
    public var events: [Purchase.Event]
    /// What it lists and nobody can read. The rest is told all the same.
    public var unreadable: [UnreadableObject]

    public init(events: [Purchase.Event] = [], unreadable: [UnreadableObject] = []) {
        self.events = events
        self.unreadable = unreadable
    }
}

/// An object in a provider's list that can't be read.
public struct UnreadableObject: Sendable, Hashable {
    /// What it is at the provider: `refund`.
    public let kind: String
    /// The provider's id of it; nil where even that can't be read.
    public let id: String?
    public let reason: String
    /// By what its order is known, as far as it says.
    public let names: Purchase.Names

    public init(kind: String, id: String?, reason: String, names: Purchase.Names) {
        self.kind = kind
        self.id = id
        self.reason = reason
        self.names = names
    }
}

extension PaymentProvider {
    public var allowsDiscounts: Bool { false }

    public var keepsCustomers: Bool { false }

    public func makeCustomer(
        of account: AccountID,
        email: String?,
        insteadOf lost: String?
    ) async throws(ProviderError) -> String? { nil }
}

/// An event whose signature was verified, and what it says.
public struct VerifiedEvent: Sendable, Hashable {
    public let event: Inbox.Event
    public let reading: Inbox.Reading

    public init(event: Inbox.Event, reading: Inbox.Reading) {
        self.event = event
        self.reading = reading
    }
}

/// What a checkout needs besides the purchase.
public struct CheckoutOrder: Sendable, Hashable {
    /// The pack's product at the provider: Stripe's price id, Dodo's product id.
    public let product: String
    public let successURL: String
    public let cancelURL: String
    public let customerEmail: String?
    /// The provider's own id of the account's customer, where the shop keeps customers.
    public internal(set) var customer: String?

    public init(
        product: String,
        successURL: String,
        cancelURL: String,
        customerEmail: String?,
        customer: String? = nil
    ) {
        self.product = product
        self.successURL = successURL
        self.cancelURL = cancelURL
        self.customerEmail = customerEmail
        self.customer = customer
    }
}

/// Why a provider did not do what it was asked, in words for the people who run the server. Never holds the API key.
public enum ProviderError: Error, Sendable, Hashable {
    /// The server is not set up for it; the text says why.
    case misconfigured(String)
    /// The provider answered that it won't.
    case declined(ProviderFailure)
    /// The provider can't be reached; the text says why.
    case unreachable(provider: String, String)
    /// The provider's answer is of no use; the text says what is amiss.
    case unusableAnswer(provider: String, String)
    /// The provider would charge another price than the policy's. The customer must not be sent there.
    case priceMismatch(policy: Money, provider: Money)
    /// The provider takes the customer's e-mail address for none.
    case invalidEmail(provider: String)
    /// The customer that the checkout is for is no longer at the provider.
    case unknownCustomer(provider: String)
    /// The task was cancelled.
    case cancelled
}
