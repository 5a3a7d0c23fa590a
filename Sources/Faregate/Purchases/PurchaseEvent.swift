public import Foundation

/// What a payment provider says of one order, in no provider's words: a fact, and by which names the order is known.
///
/// Facts are a set. However often one arrives and in whatever order, it says the same, and what a purchase is worth is
/// a pure function of the set: ``PurchasePosition``.
public struct PurchaseEvent: Sendable, Hashable {
    /// Whose order it is. Facts that share a name are of one order.
    public let names: PurchaseNames
    public let fact: PurchaseFact
    /// What the provider says of who pays: kept apart from the books, so that it can be forgotten.
    public let billing: BillingDetails?
    /// What the order's metadata says was sold: ``Purchase/metadata``. It grants nothing; a person can adopt the purchase by
    /// it where the ledger has lost it.
    public let described: Purchase?

    public init(
        names: PurchaseNames, fact: PurchaseFact, billing: BillingDetails? = nil, described: Purchase? = nil
    ) {
        self.names = names
        self.fact = fact
        self.billing = billing
        self.described = described
    }
}

extension PurchaseEvent {
    /// Our own id, where the event may lead to the purchase by it: in what is said of a checkout, or of a payment that was
    /// made. It is followed where no other name leads to a purchase, and the purchase has no other checkout.
    ///
    /// What refunds and disputes have in their metadata leads nowhere: they are known by the payment that they name. Neither
    /// does a receipt, which says no more than that there is an order.
    package var hint: String? {
        switch fact {
        case .refund, .refundedSoFar, .dispute, .approved: nil
        case .opened where names.checkout == nil: nil
        default: names.purchase
        }
    }
}

/// By what an order is known at its provider, as far as one message tells.
public struct PurchaseNames: Sendable, Hashable, Codable {
    /// Our own id, as the provider handed it back in its metadata: a hint, since who makes orders at the provider can write
    /// it.
    public let purchase: String?
    /// The checkout session.
    public let checkout: String?
    /// Payments, by every id that the provider has for one: its own, and that of the charge by which it was made.
    public let payments: [String]

    public init(purchase: String? = nil, checkout: String? = nil, payments: [String] = []) {
        self.purchase = purchase
        self.checkout = checkout
        self.payments = payments
    }
}

/// One thing that happened to an order. Objects of the provider (payments, refunds, disputes) go by its own ids.
public enum PurchaseFact: Sendable, Hashable {
    /// The checkout is open.
    case opened
    /// The customer is done, and the money is on its way: a delayed payment method.
    case pending(payment: String)
    /// The money is there. `amount` is all of it, of which `tax` (minor units) is tax. `discount` is what the customer paid
    /// less: it is no part of the amount.
    case paid(payment: String, amount: Money, tax: Int64, discount: PaidDiscount = .none)
    /// What a payment is for, where the provider tells.
    case bought(payment: String, Cart)
    case paymentFailed(payment: String)
    /// Nobody paid in time.
    case expired
    /// One refund. `amount` nil: all of the payment.
    case refund(id: String, payment: String, amount: Money?, RefundStatus)
    /// All that was refunded of a payment so far, whichever refunds that were. `amount` nil: all of the payment.
    case refundedSoFar(payment: String, amount: Money?)
    /// A step of a dispute. `amount` nil: all of the payment.
    case dispute(id: String, payment: String, amount: Money?, DisputeStep)
    /// Money that a dispute moved, under the provider's id of the movement: below zero it was withdrawn, above zero it
    /// came back.
    case disputeMoved(id: String, payment: String, movement: String, amount: Money)
    /// A person looked at what the provider says, and lets it count although it isn't what was sold.
    case approved
    /// A person says how much of the payment a refund or a dispute took that tells another currency, or names no payment on
    /// record. A running total of refunds goes by the payment's id. `told` is what it had told in all by then: where it tells
    /// more later, a person has to count again. Nil: whatever it tells.
    case counted(id: String, amount: Money, told: Money? = nil)
}

extension PurchaseFact {
    /// Whether it says nothing of money that came, or is on its way: all that is ever said of a checkout that its customer
    /// left behind.
    package var isOfUnpaid: Bool {
        switch self {
        case .opened, .expired, .paymentFailed: true
        default: false
        }
    }
}

/// How a refund stands. A later one beats an earlier one: `failed` and `cancelled` are the end.
public enum RefundStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Asked for: the money is leaving, and so do the credits.
    case pending, succeeded
    /// The money stays, and the credits come back.
    case failed, cancelled
}

/// What happened in a dispute. Only money counts: `withdrawn` and `lost` take, `reinstated` and `won` give all of it back,
/// also after a loss. Where the provider tells how much moved, that counts instead:
/// ``PurchaseFact/disputeMoved(id:payment:movement:amount:)``.
public enum DisputeStep: String, Sendable, Hashable, Codable, CaseIterable {
    /// An inquiry: no money moves.
    case warning, warningClosed
    case opened, withdrawn, reinstated, won, lost
}

/// Who paid and where the receipt is, as the provider gave it: personal data. Fields that are not told are nil.
public struct BillingDetails: Sendable, Hashable, Codable {
    public var name: String?
    public var email: String?
    /// In the order of an envelope: lines, city, postal code, state, country.
    public var address: [String]
    /// The provider's receipt or invoice for the customer.
    public var receipt: URL?

    public init(name: String? = nil, email: String? = nil, address: [String] = [], receipt: URL? = nil) {
        self.name = name
        self.email = email
        self.address = address
        self.receipt = receipt
    }
}

/// It doesn't print itself: a purchase or an event that is logged tells nobody who paid.
extension BillingDetails: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "•••" }
    public var debugDescription: String { description }
    /// Without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
