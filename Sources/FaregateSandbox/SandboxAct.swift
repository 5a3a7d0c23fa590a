public import Faregate

/// An act of a person or a bank at a payment provider, for ``PaymentSandbox/perform(_:on:)``.
public struct SandboxAct: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case enterCode, payLocally
        case pay, payLater, arrive, bounce, decline, expire
        case refund, refundLater, completeRefund, failRefund, cancelRefund
        case warn, closeWarning, dispute, withdrawFunds, reinstateFunds, win, lose
        case challenge, accept, lapse, callOff, appeal
    }

    public let kind: Kind
    /// The id of the refund or dispute that the act is about, the code that the customer types, or the currency.
    public let object: String?
    /// The amount of a new refund, nil for all of the money that is not refunded yet; or of a new dispute, nil for the
    /// whole payment. A dispute can be for more than the payment.
    public var minorUnits: Int64?

    private init(_ kind: Kind, object: String? = nil, minorUnits: Int64? = nil) {
        (self.kind, self.object, self.minorUnits) = (kind, object, minorUnits)
    }

    /// Returns the same act on another object.
    package func about(_ object: String) -> SandboxAct { SandboxAct(kind, object: object, minorUnits: minorUnits) }
}

extension SandboxAct {
    /// The customer types a discount code on a page that accepts codes.
    public static func enterCode(_ code: String) -> SandboxAct { SandboxAct(.enterCode, object: code) }
    /// The customer pays in this currency. If the session sets no currency of its own and the price also has an amount
    /// in this one, the session changes to it. Otherwise the provider converts the money (Stripe's Adaptive Pricing).
    /// Stripe only.
    public static func payLocally(_ currency: String) -> SandboxAct { SandboxAct(.payLocally, object: currency) }
    /// The customer pays, and the money arrives at once.
    public static let pay = SandboxAct(.pay)
    /// The customer pays with a delayed method: the money arrives, or the payment fails, days later.
    public static let payLater = SandboxAct(.payLater)
    /// The money of a delayed method arrives.
    public static let arrive = SandboxAct(.arrive)
    /// The payment with a delayed method fails.
    public static let bounce = SandboxAct(.bounce)
    /// The customer's bank declines the payment; the checkout stays open for another try.
    public static let decline = SandboxAct(.decline)
    /// The checkout's time ends without a payment.
    public static let expire = SandboxAct(.expire)
}

extension SandboxAct {
    /// The shop makes a refund that succeeds at once.
    public static func refund(_ minorUnits: Int64?) -> SandboxAct { SandboxAct(.refund, minorUnits: minorUnits) }
    /// The shop makes a refund that is pending.
    public static func refundLater(_ minorUnits: Int64?) -> SandboxAct {
        SandboxAct(.refundLater, minorUnits: minorUnits)
    }
    /// A pending refund succeeds.
    public static func completeRefund(_ id: String) -> SandboxAct { SandboxAct(.completeRefund, object: id) }
    /// A refund fails, maybe days after it succeeded: the money returns to the shop.
    public static func failRefund(_ id: String) -> SandboxAct { SandboxAct(.failRefund, object: id) }
    /// A pending refund is cancelled. Stripe only.
    public static func cancelRefund(_ id: String) -> SandboxAct { SandboxAct(.cancelRefund, object: id) }
}

extension SandboxAct {
    /// The bank makes an inquiry before a dispute. At Stripe no money moves; Dodo holds it.
    public static func warn(_ minorUnits: Int64?) -> SandboxAct { SandboxAct(.warn, minorUnits: minorUnits) }
    /// An inquiry ends without a dispute. Stripe only.
    public static func closeWarning(_ id: String) -> SandboxAct { SandboxAct(.closeWarning, object: id) }
    /// The customer disputes the payment. Dodo holds its money at once.
    public static func dispute(_ minorUnits: Int64?) -> SandboxAct { SandboxAct(.dispute, minorUnits: minorUnits) }
    /// Stripe withdraws a dispute's money. Stripe only.
    public static func withdrawFunds(_ id: String) -> SandboxAct { SandboxAct(.withdrawFunds, object: id) }
    /// Stripe returns a dispute's money before the decision. It can return a part of the money even after the dispute
    /// was lost. Stripe only.
    public static func reinstateFunds(_ id: String, _ minorUnits: Int64? = nil) -> SandboxAct {
        SandboxAct(.reinstateFunds, object: id, minorUnits: minorUnits)
    }
    /// The shop wins the dispute, even if it had lost it before.
    public static func win(_ id: String) -> SandboxAct { SandboxAct(.win, object: id) }
    /// The shop loses the dispute.
    public static func lose(_ id: String) -> SandboxAct { SandboxAct(.lose, object: id) }
    /// The shop sends evidence. Dodo only.
    public static func challenge(_ id: String) -> SandboxAct { SandboxAct(.challenge, object: id) }
    /// The shop accepts the dispute. Dodo only.
    public static func accept(_ id: String) -> SandboxAct { SandboxAct(.accept, object: id) }
    /// The shop doesn't answer the dispute in time. Dodo only.
    public static func lapse(_ id: String) -> SandboxAct { SandboxAct(.lapse, object: id) }
    /// The customer withdraws the dispute. Dodo only.
    public static func callOff(_ id: String) -> SandboxAct { SandboxAct(.callOff, object: id) }
    /// The bank contests the outcome of a dispute, which starts again under the same id. Dodo only.
    public static func appeal(_ id: String) -> SandboxAct { SandboxAct(.appeal, object: id) }
}

extension SandboxAct: CustomStringConvertible {
    /// `refund of 300`, `win du_1`
    public var description: String {
        kind.rawValue + (object.map { " \($0)" } ?? "") + (minorUnits.map { " of \($0)" } ?? "")
    }
}

/// Why the sandbox refuses an act, in words for its user.
public struct SandboxRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension SandboxRefusal: ProblemConvertible {
    /// 409, with the reason.
    public var problem: Problem {
        Problem(
            status: 409,
            type: "urn:faregate:problem:sandbox-refusal",
            title: "Not possible in the sandbox",
            detail: description
        )
    }
}
