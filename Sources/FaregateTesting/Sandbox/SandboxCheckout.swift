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
    /// What the customer pays for all of it, tax included.
    public let total: Money
    /// How much of the total is tax, in minor units.
    public let tax: Int64
    /// Where the customer pays.
    public let page: String
    public let successURL: String
    public let cancelURL: String?
    public let customerEmail: String?
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

    public var payment: SandboxPayment? { payments.last }

    /// The money is there, or was.
    public var isPaid: Bool { payment?.state == .succeeded }

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
    public var disputedMinorUnits: Int64 { disputes.filter(\.hasTaken).reduce(0) { $0 + $1.minorUnits } }
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
    /// When Stripe took the money, and when it gave it back.
    var withdrawnAt: Timestamp?
    var reinstatedAt: Timestamp?
    var stage: Stage
    let number: Int

    /// Dodo's name for how far it has come.
    enum Stage: String, Sendable {
        case preDispute = "pre_dispute"
        case dispute
        case preArbitration = "pre_arbitration"
    }

    /// Neither side has won yet.
    public var isOpen: Bool { [.warning, .open, .challenged].contains(state) }
}
