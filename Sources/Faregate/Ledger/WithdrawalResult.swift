/// The result of a request to take credits away.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum WithdrawalResult: Sendable, Hashable {
    case taken(Withdrawn)
    /// The same request was already met; nothing more was taken. Has the credits taken then and the debt now.
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
