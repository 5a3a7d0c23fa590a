/// The result of a request to give back what a call cost.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum GiveBackResult: Sendable, Hashable {
    case givenBack(Ledger.GivenBack)
    /// The call was given back before; nothing was added. The value has the credits of that time.
    case alreadyGivenBack(Ledger.GivenBack)
    /// The call is still open; nothing was added. It is settled or refunded when it ends.
    case stillOpen
    /// The charge was refunded when its call ended, so there is nothing to give back.
    case refunded
    /// The call cost nothing.
    case costNothing
    /// The call cost only this many credits, in payments and debt; nothing was added.
    case moreThanCost(Credits)
    /// The ledger has no such charge. A charge that was moved to an archive counts as unknown too.
    case unknownCharge
}
