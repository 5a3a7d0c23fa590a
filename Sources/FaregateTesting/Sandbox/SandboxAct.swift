/// What people and banks do at a payment provider, for ``PaymentSandbox/perform(_:on:)``.
public enum SandboxAct: Sendable, Hashable {
    /// The customer pays, and the money is there at once.
    case pay
    /// The customer pays by a delayed method: the money arrives, or bounces, days later.
    case payLater
    /// The money of a delayed method arrives.
    case arrive
    /// The money of a delayed method never comes.
    case bounce
    /// The customer's bank declines; the checkout stays open for another try.
    case decline
    /// Nobody pays in time.
    case expire

    /// A refund, done at once: of so many minor units, or nil for all that is left.
    case refund(Int64?)
    /// A refund that is pending for now.
    case refundLater(Int64?)
    /// A pending refund is done.
    case completeRefund(String)
    /// A refund fails, be it days after it was done: the money is back with the shop.
    case failRefund(String)
    /// A pending refund is called off. Stripe only.
    case cancelRefund(String)

    /// The bank inquires about so many minor units (nil: all of the payment); no money moves.
    case warn(Int64?)
    case closeWarning(String)
    /// The customer disputes so many minor units (nil: all of the payment), which can be another amount than was paid.
    case dispute(Int64?)
    /// A dispute's money is taken. Stripe only.
    case withdrawFunds(String)
    /// A dispute's money is given back before it is decided. Stripe only.
    case reinstateFunds(String)
    /// The shop wins, be it late, after it had lost.
    case win(String)
    /// The shop loses.
    case lose(String)
    /// The shop sends evidence. Dodo only.
    case challenge(String)
    /// The shop gives in. Dodo only.
    case accept(String)
    /// The shop lets the time to answer pass. Dodo only.
    case lapse(String)
    /// The customer thinks better of it. Dodo only.
    case callOff(String)
    /// The bank doesn't accept how a dispute ended: it begins anew, under the same id. Dodo only.
    case appeal(String)
}

/// Why something can't be done in the sandbox, in words for whoever tried.
public struct SandboxRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
