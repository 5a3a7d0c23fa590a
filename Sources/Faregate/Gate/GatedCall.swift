/// One call that a gate let through. The handler reports the units that it uses, and the call is closed once: settled
/// or refunded.
///
/// ``Gate/run(_:for:member:attributes:units:key:storing:onFailure:isFailure:operation:)`` closes the call when the
/// handler ends. A call from ``Gate/open(_:for:member:attributes:units:key:onFailure:)`` is closed by ``settle()`` or
/// ``refund()``. If its last reference is released before that, the failure rule that it was opened with closes it.
public final class GatedCall: Sendable {
    let open: OpenCall
    /// Whether `run` closes the call, so that `deinit` must not.
    private let isClosedByRun: Bool

    /// Zero for a call that was let through without a charge: while the ledger is out of reach, or gating is off.
    public var id: ChargeID { open.charge }
    public var account: AccountID { open.request.account }
    public var member: MemberID? { open.request.member }
    public var action: String { open.quote.action }
    /// The credits that were taken before the handler ran.
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

    /// Adds units to the call's use.
    ///
    /// The call is settled at the price of the reported units. For a kind of unit that is never reported, the quoted
    /// amount counts. If the call uses more than it holds, the hold grows:
    ///
    /// ```swift
    /// for try await token in model.stream(prompt) {
    ///     try await writer.write(token)
    ///     if try await call.report(["output_tokens": 1]).isExhausted { break }
    /// }
    /// ```
    ///
    /// - Parameter units: the additional units; zero or more of each.
    /// - Returns: the cost so far, and whether the account can pay for more.
    /// - Throws: ``InvalidInput`` for units without a price, negative amounts and sums beyond ``Credits/max``, and
    ///   ``GatedCall/Closed`` or ``Gate/TimedOut`` after the call is closed: in these cases the report doesn't count.
    ///   ``LedgerError`` when the hold can't be extended now; the report still counts.
    @discardableResult
    public func report(_ units: Units) async throws -> Metering {
        try await open.report(units)
    }

    /// The units reported so far.
    public var reported: Units { open.reported }

    /// Closes the call at the price of the reported units, or at its quote if nothing was reported. Returns the rest of
    /// the hold to the account.
    ///
    /// Waits for the disk only if the gate's settlement is ``Gate/SettlementMode/durable``.
    ///
    /// - Returns: false, and does nothing, when the call was already closed.
    /// - Throws: ``Gate/TimedOut`` when the policy's timeout closed the call.
    @discardableResult
    public func settle() async throws(Gate.TimedOut) -> Bool {
        try await open.settle()
    }

    /// Closes the call and returns all of its credits to the account, even if units were reported. Waits until the
    /// refund is on disk, even in a cancelled task.
    ///
    /// - Returns: false, and does nothing, when the call was already closed.
    @discardableResult
    public func refund() async -> Bool {
        await open.refund(because: .requested)
    }
}
