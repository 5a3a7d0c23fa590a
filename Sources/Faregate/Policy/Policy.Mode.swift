extension Policy {
    /// Whether a rule, a limit, an action or a whole policy is enforced.
    public enum Mode: String, CaseIterable, Hashable, Sendable, Codable {
        /// It is enforced.
        case enforce
        /// It is evaluated and recorded, but takes nothing and refuses nobody.
        case shadow
        /// It is ignored.
        case off
    }
}

extension Policy.Mode: Comparable {
    /// Orders by strength: off, shadow, enforce.
    public static func < (left: Policy.Mode, right: Policy.Mode) -> Bool { left.strength < right.strength }

    private var strength: Int {
        switch self {
        case .off: 0
        case .shadow: 1
        case .enforce: 2
        }
    }
}
