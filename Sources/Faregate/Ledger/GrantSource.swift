/// Where a grant's credits come from.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum GrantSource: String, Sendable, Hashable, Codable, CaseIterable {
    case purchase, plan, promotion, adjustment
}
