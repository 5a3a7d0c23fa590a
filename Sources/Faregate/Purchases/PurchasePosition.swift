/// What a purchase is worth in credits, and how it stands: a pure function of the set of facts about it, whatever
/// their order was and however often they came.
///
/// - Money that came as it was sold, for what was sold, or that a person approved, is worth the credits that were sold, once: who paid twice
///   has still bought once.
/// - Refunds and disputes take back their share of the payment that they name, all of them together at most all of it. What
///   is taken is rounded down: no customer loses a credit to rounding.
/// - A refund that failed or was cancelled, and a dispute that was won or whose money came back, take nothing.
public struct PurchasePosition: Sendable, Hashable {
    /// The credits that the account should have received for it by now, on balance.
    public let credits: Credits
    public let status: PurchaseStatus
    /// Why a person should look at it.
    public let flags: Set<PurchaseFlag>
    /// The refunds and disputes of which a person has to say how much they took: ``PurchaseDecision/count(claim:_:)``.
    public let undecided: [UndecidedClaim]

    /// - Parameters:
    ///   - purchase: what was sold, as it was recorded when the checkout was made.
    ///   - facts: all that the provider has said of it.
    public init(of purchase: Purchase, given facts: some Sequence<PurchaseFact>) {
        self = PurchaseReading(facts).position(of: purchase)
    }

    /// Whether a person can let it count although it isn't what was sold.
    public var awaitsApproval: Bool { !flags.isDisjoint(with: [.amountMismatch, .packMismatch]) }

    init(credits: Credits, status: PurchaseStatus, flags: Set<PurchaseFlag>, undecided: [UndecidedClaim]) {
        self.credits = credits
        self.status = status
        self.flags = flags
        self.undecided = undecided
    }
}

public enum PurchaseStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Recorded; nothing was paid.
    case opened
    /// The money is on its way.
    case pending
    case paid
    case failed
    case expired
    case partlyRefunded = "partly refunded"
    case refunded
    /// A dispute is open, and the money is still there.
    case disputed
    /// A dispute has taken the money, for now or for good.
    case chargedBack = "charged back"
    /// Paid, but not as it was sold: see the flags. A person decides.
    case held
}

public enum PurchaseFlag: String, Sendable, Hashable, Codable, CaseIterable {
    /// What was paid is not what the checkout was made for, in amount or currency. Nothing is granted for it until a
    /// person approves; giving the money back at the provider ends it too.
    case amountMismatch = "amount mismatch"
    /// What was paid for is another product than was sold, or another number of it, or more besides. The same holds.
    case packMismatch = "pack mismatch"
    /// The same checkout was paid for more than once, and the money is still there.
    case paidTwice = "paid twice"
    /// A refund is in another currency than the payment: it takes nothing until a person says how much it took.
    case refundCurrency = "refund in another currency"
    /// A dispute is in another currency than the payment: it takes all of it until a person says how much it took.
    case disputeCurrency = "dispute in another currency"
    /// There are several payments, and a refund or a dispute of none of them: it takes nothing until a person says how much
    /// it took.
    case strayClaim = "refund or dispute of an unknown payment"
}
