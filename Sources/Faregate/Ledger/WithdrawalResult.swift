/// What became of a request to take credits away.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum WithdrawalResult: Sendable, Hashable {
    case taken(Withdrawn)
    /// This very request was met before; nothing more was taken. With what was taken then, and what is owed now.
    case alreadyTaken(Withdrawn)
    /// The reference belongs to a withdrawal of another amount, or from another grant; nothing was taken.
    case referenceTaken
    /// The account, or the grant that was named, has only this much; nothing was taken.
    case notEnough(available: Credits)
    /// The account has no grant of that reference.
    case unknownGrant
    /// Nobody has opened the account.
    case unknownAccount
}
