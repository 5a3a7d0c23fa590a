public import Faregate

/// One checkout in the sandbox, and all that came of it.
public struct SandboxCheckout: Sendable {
    public enum State: String, Sendable {
        case open, complete, expired
    }

    public let id: String
    /// What is bought: Stripe's price id, Dodo's product id.
    public internal(set) var product: String
    public internal(set) var quantity: Int
    var bill: SandboxBill
    /// Where the customer pays.
    public let page: String
    public let successURL: String
    public let cancelURL: String?
    public internal(set) var customerEmail: String?
    public let createdAt: Timestamp
    public let expiresAt: Timestamp
    public internal(set) var state = State.open
    /// One for every try; with Stripe all tries are one payment.
    public internal(set) var payments: [SandboxPayment] = []

    let reference: String?
    let metadata: [SandboxJSON.Member]
    /// What Stripe's payment intent gets of its own; Dodo's payment has the checkout's.
    let paymentMetadata: [SandboxJSON.Member]
    /// Counts what was made in this sandbox, for lists.
    let number: Int
    var terms = SandboxTerms()

    /// What the customer pays for all of it, tax included and after any discount.
    public var total: Money { bill.total }
    /// How much of the total is tax, in minor units.
    public var tax: Int64 { bill.tax }
    /// How much less than the price the customer pays, in minor units.
    public var discount: Int64 { bill.discount }
    /// Whether it belongs to another business at the same account.
    public var isForeign: Bool { terms.foreign != nil }

    public var payment: SandboxPayment? { payments.last }

    /// The money is there, or was; or none was asked for.
    public var isPaid: Bool { payment?.state == .succeeded || isFree }

    /// Completed without a payment: nothing was to be paid.
    public var isFree: Bool { state == .complete && payments.isEmpty }

    /// What is left of the money with the shop, in minor units: the total less refunds and disputes, at least 0.
    public var keptMinorUnits: Int64 {
        guard isPaid, let payment else { return 0 }
        return max(0, total.minorUnits - payment.refundedMinorUnits - payment.disputedMinorUnits)
    }
}

/// A payment of a checkout: Stripe's payment intent with its charge, Dodo's payment. It is of the checkout's total.
public struct SandboxPayment: Sendable {
    public enum State: String, Sendable {
        /// On its way: a delayed method.
        case processing
        case succeeded, failed
    }

    public let id: String
    public internal(set) var state: State
    public internal(set) var refunds: [SandboxRefund] = []
    public internal(set) var disputes: [SandboxDispute] = []
    public let createdAt: Timestamp
    /// Stripe's charge. A failed one is followed by another.
    var charge: String
    var isDelayed: Bool
    let number: Int

    /// All refunds but those that failed.
    public var refundedMinorUnits: Int64 { refunds.filter(\.counts).reduce(0) { $0 + $1.minorUnits } }

    /// What disputes have taken and not given back.
    public var disputedMinorUnits: Int64 { disputes.reduce(0) { $0 + $1.takenMinorUnits } }
}

/// A refund of a payment, all of it or a part.
public struct SandboxRefund: Sendable {
    public enum State: String, Sendable {
        case pending, succeeded, failed
        /// Stripe only.
        case cancelled = "canceled"
    }

    public let id: String
    public let minorUnits: Int64
    public internal(set) var state: State
    public let createdAt: Timestamp
    /// Whether it is of less than the payment's total.
    let isPartial: Bool
    let number: Int

    /// Whether its money left the shop, or is leaving.
    public var counts: Bool { state == .pending || state == .succeeded }
}

/// A dispute of a payment.
public struct SandboxDispute: Sendable {
    public enum State: String, Sendable {
        /// An inquiry that has not moved money: Stripe's `warning_…`, Dodo's stage `pre_dispute`.
        case warning, warningClosed
        case open, won, lost
        /// Dodo only.
        case challenged, accepted, expired, cancelled
    }

    public let id: String
    public let minorUnits: Int64
    public internal(set) var state: State
    /// Whether its money is gone from the shop just now. Stripe takes it when it says so, Dodo as soon as the dispute is
    /// opened.
    public internal(set) var hasTaken: Bool
    public let createdAt: Timestamp
    /// What Stripe took, below zero, and gave back.
    var movements: [(minorUnits: Int64, at: Timestamp)] = []
    var stage: Stage
    let number: Int

    /// Dodo's name for how far it has come.
    enum Stage: String, Sendable {
        case preDispute = "pre_dispute"
        case dispute
        case preArbitration = "pre_arbitration"
    }

    /// What is gone from the shop just now.
    public var takenMinorUnits: Int64 {
        guard hasTaken else { return 0 }
        return movements.isEmpty ? minorUnits : -movements.reduce(0) { $0 + $1.minorUnits }
    }

    /// Neither side has won yet.
    public var isOpen: Bool { [.warning, .open, .challenged].contains(state) }
}
