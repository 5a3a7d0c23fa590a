/// One gated call that was let through: what it costs and why, for the handler to look at, and to report its use to.
public struct Charge: Sendable {
    /// Zero for a call that was let through without a charge: while the ledger is out of reach, or gating is off.
    public let id: ChargeID
    public let account: AccountID
    public let member: MemberID?
    public let action: String
    /// What was taken before the handler ran.
    public let cost: Credits
    /// The line of the policy that set the price.
    public let rule: SourceLocation
    public let policyVersion: String
    let meter: Meter

    init(id: ChargeID, call: Call, quote: Quote, gate: Gate) {
        self.id = id
        account = call.account
        member = call.member
        action = quote.action
        cost = quote.mode == .enforce ? quote.cost : 0
        rule = quote.rule
        policyVersion = quote.policyVersion
        meter = Meter(id, of: call.account, quote: quote, held: cost, gate: gate)
    }

    /// Says what the call has used, on top of what was reported before.
    ///
    /// In the end the call is charged for what was reported; a unit that is never reported counts as it was quoted.
    /// Where more is used than was held, the hold grows with it:
    ///
    /// ```swift
    /// for try await token in model.stream(prompt) {
    ///     try await writer.write(token)
    ///     if try await charge.report(["output_tokens": 1]).isDry { break }
    /// }
    /// ```
    ///
    /// - Parameter units: how much more; zero or more of each.
    /// - Returns: what it comes to, and whether the account can pay for it.
    /// - Throws: ``InvalidInput`` for units without a price, negative amounts and sums beyond ``Credits/max``: nothing of
    ///   that report counts. ``LedgerError`` when the hold can't be extended just now: the report counts.
    @discardableResult
    public func report(_ units: Units) async throws -> Metering {
        try await meter.report(units)
    }

    /// What was reported so far.
    public var reported: Units { meter.reported }
}

extension Charge: Hashable {
    public static func == (left: Charge, right: Charge) -> Bool {
        left.id == right.id && left.account == right.account && left.action == right.action
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// What a call comes to so far.
public struct Metering: Sendable, Hashable {
    /// The price of what was quoted and reported.
    public let cost: Credits
    /// What the charge holds to pay for it.
    public let held: Credits
    /// The account has no more: whatever is used from here on can't be paid.
    public let isDry: Bool
}
