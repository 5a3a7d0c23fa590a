/// How much a rule, a limit, an action or a whole policy has to say.
public enum Mode: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// It is not looked at.
    case off
    /// It is evaluated and recorded, but refuses and charges nobody.
    case shadow
    case enforce

    public static func < (left: Mode, right: Mode) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .off: 0
        case .shadow: 1
        case .enforce: 2
        }
    }
}

/// What happens when a call cost more than was held for it, and more than the account has.
public enum Overrun: String, Sendable, Hashable, Codable, CaseIterable {
    /// What is there is taken, and the charge is marked as short.
    case cap
    /// The account owes the rest, up to the policy's `debtLimit`.
    case debt
}

/// What happens to a call while the ledger is out of reach.
public enum Outage: Sendable, Hashable {
    /// It is refused.
    case deny
    /// So many calls per process are let through, recorded, and charged when the ledger is back.
    case allow(Int)
}
