/// Credits to take away from an account by hand: those of a mistyped grant, for example.
public struct Withdrawal: Sendable {
    public package(set) var account: AccountID
    /// 1 or more.
    public let credits: Credits
    /// The reference of the grant to take them from; nil for the account's grants in burn order.
    public let grant: String?
    /// Whether the account owes what is not there. The rest of a named grant is taken from the others first.
    public let allowsDebt: Bool
    /// Makes it safe to repeat: the same reference again takes nothing more. Grants have references of their own.
    public let reference: GrantReference
    /// Who takes them, and why: kept with the journal.
    public let note: Note
    /// What the account receives first, where its plan owes it something.
    public let plans: PlanBook

    /// - Throws: ``InvalidInput`` unless the credits are 1 or more and the grant's reference has 1 to 255 bytes without
    ///   control characters.
    public init(
        account: AccountID,
        credits: Credits,
        from grant: String? = nil,
        allowsDebt: Bool = false,
        reference: GrantReference,
        note: Note,
        plans: PlanBook = .empty
    ) throws(InvalidInput) {
        guard credits > 0 else { throw InvalidInput("1 credit or more is taken away; this is \(credits)") }
        self.account = account
        self.credits = credits
        self.grant = grant == nil ? nil : try checked(grant ?? "", is: "a grant's reference")
        self.allowsDebt = allowsDebt
        self.reference = reference
        self.note = note
        self.plans = plans
    }
}

/// What was taken away, and from where.
public struct Withdrawn: Sendable, Hashable, Codable {
    /// What one grant gave up.
    public struct Lot: Sendable, Hashable, Codable {
        public let grant: GrantID
        public let reference: String
        public let source: GrantSource
        /// 1 or more.
        public let credits: Credits

        public init(grant: GrantID, reference: String, source: GrantSource, credits: Credits) {
            self.grant = grant
            self.reference = reference
            self.source = source
            self.credits = credits
        }
    }

    /// In the order in which they were taken.
    public let lots: [Lot]
    /// How much of it was not there, and is owed.
    public let owed: Credits
    /// What the account owes now, all in all.
    public let debt: Credits

    public init(lots: [Lot], owed: Credits, debt: Credits) {
        self.lots = lots
        self.owed = owed
        self.debt = debt
    }
}

/// What became of a request to take credits away.
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
