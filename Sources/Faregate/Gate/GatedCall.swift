/// One call that a gate let through: what it costs and why. The handler reports what it uses, and the call is closed once:
/// settled or refunded.
///
/// ``Gate/run(_:for:member:attributes:units:key:storing:onFailure:isFailure:operation:)`` closes the call when the handler
/// ends. A call from ``Gate/open(_:for:member:attributes:units:key:onFailure:)`` is closed by ``settle()``, by ``refund()``,
/// or, when its last reference goes away before that, by the failure rule that it was opened with.
public final class GatedCall: Sendable {
    let open: OpenCall
    /// Whether somebody else closes the call in any case.
    private let isClosedByRun: Bool

    /// Zero for a call that was let through without a charge: while the ledger is out of reach, or gating is off.
    public var id: ChargeID { open.charge }
    public var account: AccountID { open.request.account }
    public var member: MemberID? { open.request.member }
    public var action: String { open.quote.action }
    /// What was taken before the handler ran.
    public var cost: Credits { open.quote.costTaken }
    /// The line of the policy that set the price.
    public var rule: Policy.Location { open.quote.rule }
    public var policyVersion: String { open.quote.policyVersion }

    init(_ open: OpenCall, isClosedByRun: Bool = false) {
        self.open = open
        self.isClosedByRun = isClosedByRun
    }

    deinit {
        if !isClosedByRun { open.abandon() }
    }

    /// Adds to what the call has used.
    ///
    /// In the end the call is charged for what was reported; a unit that is never reported counts as it was quoted.
    /// Where more is used than was held, the hold grows:
    ///
    /// ```swift
    /// for try await token in model.stream(prompt) {
    ///     try await writer.write(token)
    ///     if try await call.report(["output_tokens": 1]).isExhausted { break }
    /// }
    /// ```
    ///
    /// - Parameter units: how much more; zero or more of each.
    /// - Returns: what the call costs so far, and whether the account can pay for more.
    /// - Throws: ``InvalidInput`` for units without a price, negative amounts and sums beyond ``Credits/max``, and
    ///   ``CallClosed`` or ``TimedOut`` once the call is closed: nothing in that report counts. ``LedgerError`` when the
    ///   hold can't be extended now: the report counts.
    @discardableResult
    public func report(_ units: Units) async throws -> Metering {
        try await open.report(units)
    }

    /// What was reported so far.
    public var reported: Units { open.reported }

    /// Closes the call at what was reported, or at its quote where nothing was. The rest of the hold goes back.
    ///
    /// Waits for the disk only where the gate's settlement is ``Gate/SettlementMode/durable``.
    ///
    /// - Returns: false when the call was closed before; then nothing happens.
    /// - Throws: ``TimedOut`` when the policy's timeout closed the call.
    @discardableResult
    public func settle() async throws(TimedOut) -> Bool {
        try await open.settle()
    }

    /// Closes the call and gives all of its credits back, whatever was reported. Waits for the disk, also in a task that is
    /// cancelled.
    ///
    /// - Returns: false when the call was closed before; then nothing happens.
    @discardableResult
    public func refund() async -> Bool {
        await open.refund(because: .requested)
    }
}
