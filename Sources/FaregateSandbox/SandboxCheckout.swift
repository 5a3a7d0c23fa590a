public import Faregate

/// A checkout in the sandbox with its payments, refunds and disputes.
public struct SandboxCheckout: Sendable {
    public enum State: String, Sendable {
        case open, complete, expired
    }

    public let id: String
    /// The product: Stripe's price id, Dodo's product id.
    public internal(set) var product: String
    public internal(set) var quantity: Int
    var bill: SandboxBill
    /// The address of the payment page.
    public let page: String
    public let successURL: String
    public let cancelURL: String?
    public internal(set) var customerEmail: String?
    public let createdAt: Timestamp
    public let expiresAt: Timestamp
    public internal(set) var state = State.open
    /// At Dodo one payment for each try, at Stripe one payment for all tries.
    public internal(set) var payments: [SandboxPayment] = []

    let reference: String?
    let metadata: [SandboxJSON.Member]
    /// The metadata of Stripe's payment intent. Dodo's payment has the checkout's metadata.
    let paymentMetadata: [SandboxJSON.Member]
    /// The sequence number in this sandbox, for lists.
    let number: Int
    var terms = SandboxTerms()

    /// The total that the customer pays, tax included and after any discount.
    public var total: Money { bill.total }
    /// The tax within the total, in minor units.
    public var tax: Int64 { bill.tax }
    /// The discount, in minor units.
    public var discount: Int64 { bill.discount }
    /// Whether it belongs to another business with the same account at the provider.
    public var isForeign: Bool { terms.foreign != nil }

    public var payment: SandboxPayment? { payments.last }

    /// Whether the money arrived, or the order is free.
    public var isPaid: Bool { payment?.state == .succeeded || isFree }

    /// Whether the order is free and complete: no payment was needed.
    public var isFree: Bool { state == .complete && payments.isEmpty }

    /// The money that the shop still has from the sale, in minor units: the total minus refunds and disputes, at least
    /// 0.
    public var keptMinorUnits: Int64 {
        guard isPaid, let payment else { return 0 }
        return max(0, total.minorUnits - payment.refundedMinorUnits - payment.disputedMinorUnits)
    }
}

/// A payment of a checkout's total: Stripe's payment intent with its charge, or Dodo's payment.
public struct SandboxPayment: Sendable {
    public enum State: String, Sendable {
        /// Pending with a delayed method.
        case processing
        case succeeded, failed
    }

    public let id: String
    public internal(set) var state: State
    public internal(set) var refunds: [SandboxRefund] = []
    public internal(set) var disputes: [SandboxDispute] = []
    public let createdAt: Timestamp
    /// The id of Stripe's charge. A new try after a failed charge makes a new charge.
    var charge: String
    var isDelayed: Bool
    let number: Int

    /// The refunds that are pending or succeeded.
    public var refundedMinorUnits: Int64 { refunds.filter(\.counts).reduce(0) { $0 + $1.minorUnits } }

    /// The money that disputes have taken and not returned.
    public var disputedMinorUnits: Int64 { disputes.reduce(0) { $0 + $1.takenMinorUnits } }
}

/// A full or partial refund of a payment.
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
    /// Whether it is below the payment's total.
    let isPartial: Bool
    let number: Int

    /// Whether its money has left the shop, or is about to leave it.
    public var counts: Bool { state == .pending || state == .succeeded }
}

/// A dispute of a payment.
public struct SandboxDispute: Sendable {
    public enum State: String, Sendable {
        /// An inquiry: Stripe's `warning_…`, which moves no money, or Dodo's stage `pre_dispute`, in which Dodo
        /// holds it.
        case warning, warningClosed
        case open, won, lost
        /// Dodo only.
        case challenged, accepted, expired, cancelled
    }

    public let id: String
    public let minorUnits: Int64
    public internal(set) var state: State
    /// Whether the provider has taken the disputed money. Stripe takes it in a step of its own, Dodo as soon as the
    /// dispute opens.
    public internal(set) var hasTaken: Bool
    public let createdAt: Timestamp
    /// The amounts that Stripe took (negative) and returned.
    var movements: [(minorUnits: Int64, at: Timestamp)] = []
    var stage: Stage
    let number: Int

    /// The dispute's stage, in Dodo's words.
    enum Stage: String, Sendable {
        case preDispute = "pre_dispute"
        case dispute
        case preArbitration = "pre_arbitration"
    }

    /// The amount that the dispute has taken from the shop and not returned.
    public var takenMinorUnits: Int64 {
        guard hasTaken else { return 0 }
        return movements.isEmpty ? minorUnits : -movements.reduce(0) { $0 + $1.minorUnits }
    }

    /// Whether neither side has won yet.
    public var isOpen: Bool { [.warning, .open, .challenged].contains(state) }
}
