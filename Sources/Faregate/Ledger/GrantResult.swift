/// What became of a request to grant.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum GrantResult: Sendable, Hashable {
    case granted(GrantID)
    /// The account has this very grant already; nothing was added.
    case alreadyGranted(GrantID)
    /// The reference belongs to a grant of another amount or source; nothing was added.
    case referenceTaken(GrantID)
}
