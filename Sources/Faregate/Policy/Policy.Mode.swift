extension Policy {
    /// How much of a rule, a limit, an action or a whole policy is in force.
    public enum Mode: String, CaseIterable, Hashable, Sendable, Codable {
        /// It takes, and it refuses.
        case enforce
        /// It is evaluated and recorded, but takes nothing and refuses nobody.
        case shadow
        /// As if it weren't there.
        case off
    }
}

extension Policy.Mode: Comparable {
    /// The weaker one first: off, shadow, enforce.
    public static func < (left: Policy.Mode, right: Policy.Mode) -> Bool { left.strength < right.strength }

    private var strength: Int {
        switch self {
        case .off: 0
        case .shadow: 1
        case .enforce: 2
        }
    }
}
