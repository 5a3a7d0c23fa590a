/// The result of a request to take credits away.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum WithdrawalResult: Sendable, Hashable {
    case taken(Withdrawn)
    /// The same request was already carried out; nothing more was taken. The value has the credits taken at that time,
    /// and the current debt.
    case alreadyTaken(Withdrawn)
    /// The reference belongs to a withdrawal of another amount, or from another grant; nothing was taken.
    case referenceTaken
    /// The account or the named grant has only this many credits; nothing was taken.
    case notEnough(available: Credits)
    /// The account has no grant with that reference.
    case unknownGrant
    /// The account doesn't exist.
    case unknownAccount
}
