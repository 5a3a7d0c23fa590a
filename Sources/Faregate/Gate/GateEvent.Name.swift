extension GateEvent {
    /// What happened. Later versions may add names.
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
    /// The call is not let through, and nothing was taken; the credits are its price, or 0 if it has none.
    public static let refused = Self(rawValue: "refused")
    /// The call gets the outcome of an earlier call under its key. Nothing was taken.
    public static let repeated = Self(rawValue: "repeated")
    /// The call was charged; the credits are its final cost, paid or owed.
    public static let settled = Self(rawValue: "settled")
    /// The call failed, or the server refunded it, and its credits were returned. ``GateEvent/reason`` says which.
    public static let refunded = Self(rawValue: "refunded")
    /// The ledger could not close the charge, so the credits stay held. The gate retries until it can, and then reports
    /// the outcome. If the process ends before that, or the ledger can't recover in this process, the charge stays held
    /// until another process refunds it.
    public static let leftOpen = Self(rawValue: "left-open")
    /// Another process closed the charge first.
    public static let closedElsewhere = Self(rawValue: "closed-elsewhere")
    /// The charge had been refunded as abandoned; then its call succeeded, and it was charged again.
    public static let settledLate = Self(rawValue: "settled-late")
    /// The call cost more than the account had; the credits are the part that the account now owes.
    public static let owed = Self(rawValue: "owed")
    /// The call cost more than the account had; the credits are the part that is written off.
    public static let short = Self(rawValue: "short")
    /// The credits that can pay for the called action dropped below the policy's `lowBalance`; the credits are what is
    /// left of them.
    public static let lowBalance = Self(rawValue: "low-balance")
    /// An account is on a plan that the policy doesn't have; ``GateEvent/reason`` names it. The account receives no
    /// grants until the policy has the plan again, or lists the name in another plan's `was`. Reported once for each
    /// name; `faregate check --database` lists the accounts.
    public static let missingPlan = Self(rawValue: "missing-plan")
    /// Limits in shadow mode would have refused the call, or a price in shadow mode can't price it;
    /// ``GateEvent/reason`` names the limits, or says what has no price.
    public static let shadowed = Self(rawValue: "shadowed")
    /// The ledger is out of reach, and the action's outage rule or its shadow mode lets the call through. The credits
    /// are charged later; they are 0 in shadow mode.
    public static let letThrough = Self(rawValue: "let-through")
    /// The call was let through during an outage and succeeded, but can't be charged; the credits are written off.
    public static let unpaid = Self(rawValue: "unpaid")
}
