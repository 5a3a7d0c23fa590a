/// One gated call that was let through: what it costs and why, for the handler to look at, and to report its use to.
public struct Charge: Sendable {
    /// Zero for a call that was let through without a charge: while the ledger is out of reach, or gating is off.
    public let id: ChargeID
    let meter: Meter

    public var account: AccountID { meter.account }
    public var member: MemberID? { meter.member }
    public var action: String { meter.quote.action }
    /// What was taken before the handler ran.
    public var cost: Credits { meter.quote.costTaken }
    /// The line of the policy that set the price.
    public var rule: Policy.Location { meter.quote.rule }
    public var policyVersion: String { meter.quote.policyVersion }

    init(id: ChargeID, call: Call, quote: Quote, gate: Gate) {
        self.id = id
        meter = Meter(id, of: call, quote: quote, gate: gate)
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
