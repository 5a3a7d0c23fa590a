public import Faregate

/// What people and banks do at a payment provider, for ``PaymentSandbox/perform(_:on:)``.
public struct SandboxAct: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case enterCode, payLocally
        case pay, payLater, arrive, bounce, decline, expire
        case refund, refundLater, completeRefund, failRefund, cancelRefund
        case warn, closeWarning, dispute, withdrawFunds, reinstateFunds, win, lose
        case challenge, accept, lapse, callOff, appeal
    }

    public let kind: Kind
    /// The refund or the dispute that it is about, where there is one already.
    ///
    /// Or the code that the customer types, or the currency.
    public let object: String?
    /// Of a new refund: nil for all that is left. Of a new dispute: nil for all of the payment; it can be more than that.
    public var minorUnits: Int64?

    private init(_ kind: Kind, object: String? = nil, minorUnits: Int64? = nil) {
        (self.kind, self.object, self.minorUnits) = (kind, object, minorUnits)
    }

    /// The same about another object.
    package func about(_ object: String) -> SandboxAct { SandboxAct(kind, object: object, minorUnits: minorUnits) }
}

extension SandboxAct {
    /// The customer types a discount code that the page takes.
    public static func enterCode(_ code: String) -> SandboxAct { SandboxAct(.enterCode, object: code) }
    /// The customer pays in another currency. Where the session leaves the currency open and the price has it, it is the
    /// session's from then on; else the provider changes the money (Stripe's Adaptive Pricing). Stripe only.
    public static func payLocally(_ currency: String) -> SandboxAct { SandboxAct(.payLocally, object: currency) }
    /// The customer pays, and the money is there at once.
    public static let pay = SandboxAct(.pay)
    /// The customer pays by a delayed method: the money arrives, or bounces, days later.
    public static let payLater = SandboxAct(.payLater)
    /// The money of a delayed method arrives.
    public static let arrive = SandboxAct(.arrive)
    /// The money of a delayed method never comes.
    public static let bounce = SandboxAct(.bounce)
    /// The customer's bank declines; the checkout stays open for another try.
    public static let decline = SandboxAct(.decline)
    /// Nobody pays in time.
    public static let expire = SandboxAct(.expire)
}

extension SandboxAct {
    /// A refund, done at once.
    public static func refund(_ minorUnits: Int64?) -> SandboxAct { SandboxAct(.refund, minorUnits: minorUnits) }
    /// A refund that is pending for now.
    public static func refundLater(_ minorUnits: Int64?) -> SandboxAct {
        SandboxAct(.refundLater, minorUnits: minorUnits)
    }
    /// A pending refund is done.
    public static func completeRefund(_ id: String) -> SandboxAct { SandboxAct(.completeRefund, object: id) }
    /// A refund fails, be it days after it was done: the money is back with the shop.
    public static func failRefund(_ id: String) -> SandboxAct { SandboxAct(.failRefund, object: id) }
    /// A pending refund is called off. Stripe only.
    public static func cancelRefund(_ id: String) -> SandboxAct { SandboxAct(.cancelRefund, object: id) }
}

extension SandboxAct {
    /// The bank inquires before there is a dispute. At Stripe no money moves; Dodo holds it.
    public static func warn(_ minorUnits: Int64?) -> SandboxAct { SandboxAct(.warn, minorUnits: minorUnits) }
    /// An inquiry leads to nothing. Stripe only.
    public static func closeWarning(_ id: String) -> SandboxAct { SandboxAct(.closeWarning, object: id) }
    /// The customer disputes the payment. Dodo holds its money at once.
    public static func dispute(_ minorUnits: Int64?) -> SandboxAct { SandboxAct(.dispute, minorUnits: minorUnits) }
    /// A dispute's money is taken. Stripe only.
    public static func withdrawFunds(_ id: String) -> SandboxAct { SandboxAct(.withdrawFunds, object: id) }
    /// A dispute's money is given back before it is decided; a part of it, then or after it was lost. Stripe only.
    public static func reinstateFunds(_ id: String, _ minorUnits: Int64? = nil) -> SandboxAct {
        SandboxAct(.reinstateFunds, object: id, minorUnits: minorUnits)
    }
    /// The shop wins, be it late, after it had lost.
    public static func win(_ id: String) -> SandboxAct { SandboxAct(.win, object: id) }
    /// The shop loses.
    public static func lose(_ id: String) -> SandboxAct { SandboxAct(.lose, object: id) }
    /// The shop sends evidence. Dodo only.
    public static func challenge(_ id: String) -> SandboxAct { SandboxAct(.challenge, object: id) }
    /// The shop gives in. Dodo only.
    public static func accept(_ id: String) -> SandboxAct { SandboxAct(.accept, object: id) }
    /// The shop lets the time to answer pass. Dodo only.
    public static func lapse(_ id: String) -> SandboxAct { SandboxAct(.lapse, object: id) }
    /// The customer thinks better of it. Dodo only.
    public static func callOff(_ id: String) -> SandboxAct { SandboxAct(.callOff, object: id) }
    /// The bank doesn't accept how a dispute ended: it begins anew, under the same id. Dodo only.
    public static func appeal(_ id: String) -> SandboxAct { SandboxAct(.appeal, object: id) }
}

extension SandboxAct: CustomStringConvertible {
    /// `refund of 300`, `win du_1`
    public var description: String {
        kind.rawValue + (object.map { " \($0)" } ?? "") + (minorUnits.map { " of \($0)" } ?? "")
    }
}

/// Why something can't be done in the sandbox, in words for whoever tried.
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
