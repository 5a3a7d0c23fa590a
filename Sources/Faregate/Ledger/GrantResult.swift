/// The result of a grant request.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum GrantResult: Sendable, Hashable {
    case granted(GrantID)
    /// The account already has this grant; nothing was added.
    case alreadyGranted(GrantID)
    /// The reference belongs to a grant with another amount or source; nothing was added.
    case referenceTaken(GrantID)
}
