extension GateEvent {
    /// What happened: an open set, more may come.
    public struct Name: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// Lower case, with hyphens: `closed-elsewhere`.
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        public var description: String { rawValue }
    }
}

extension GateEvent.Name {
    /// The call is let through; the credits were taken.
    public static let allowed = Self(rawValue: "allowed")
    /// The call is not let through, and nothing was taken; the credits are its price, 0 where it has none.
    public static let refused = Self(rawValue: "refused")
    /// The call is answered with what an earlier call under its key came to. Nothing was taken.
    public static let repeated = Self(rawValue: "repeated")
    /// The call was charged; the credits are its final cost, paid or owed.
    public static let settled = Self(rawValue: "settled")
    /// The call failed; the credits are back.
    public static let refunded = Self(rawValue: "refunded")
    /// The ledger could not close the charge, which holds the credits. The gate tries again until it can, and reports that
    /// then; only if the process ends before, the charge stays held until another process refunds it.
    public static let leftOpen = Self(rawValue: "left-open")
    /// Another process closed the charge first.
    public static let closedElsewhere = Self(rawValue: "closed-elsewhere")
    /// The charge had been refunded as abandoned; now it was charged again.
    public static let settledLate = Self(rawValue: "settled-late")
    /// The call cost more than the account had, and the account owes the credits.
    public static let owed = Self(rawValue: "owed")
    /// The call cost more than the account had, and nobody pays the credits.
    public static let short = Self(rawValue: "short")
    /// The account dropped below the policy's `lowBalance`; the credits are what it has left.
    public static let lowBalance = Self(rawValue: "low-balance")
    /// An account is on a plan of this name, and the policy has none: the account receives nothing until the policy has
    /// the plan again, or names it in the `was` of another. Reported once for each name; `faregate check --database` lists
    /// the accounts.
    public static let missingPlan = Self(rawValue: "missing-plan")
    /// Limits in shadow mode would have refused the call; ``GateEvent/reason`` names them.
    public static let shadowed = Self(rawValue: "shadowed")
    /// The ledger is out of reach, and the action's outage rule lets the call through; it is charged the credits later.
    public static let letThrough = Self(rawValue: "let-through")
    /// The call was let through and succeeded, and can't be charged any more: nobody pays the credits.
    public static let unpaid = Self(rawValue: "unpaid")
}
