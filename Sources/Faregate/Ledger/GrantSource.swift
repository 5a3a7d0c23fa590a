/// Where a grant's credits come from.
public enum GrantSource: String, Sendable, Hashable, Codable, CaseIterable {
    case purchase, plan, promotion, adjustment
}
