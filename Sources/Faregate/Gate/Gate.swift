/// Stands in front of a feature: lets a call through only when the caller's credits and quotas cover it.
///
/// ```swift
/// let picture = try await gate.run("generate", for: account) { charge in
///     try await model.draw(prompt)
/// }
/// ```
///
/// The way of a call: ``Policy/quote(_:attributes:units:)`` prices it, the ledger takes the credits durably
/// in one SQL statement, the closure runs, and the charge is closed: settled when the closure succeeded, refunded
/// when it threw, was cancelled or took longer than the policy's timeout. Exactly one of the two.
public final class Gate: Sendable {
    /// When a call that succeeded is answered.
    public enum Settling: Sendable {
        /// At once; the settlement is written with the next commit. A crash in between leaves it held, to be refunded.
        case withNextCommit
        /// Once the settlement is on disk.
        case durable
    }

    /// How a call that failed is closed: one that threw, timed out, was cancelled, or returned a failure. A call whose
    /// handler never started is refunded, whatever this says. <doc:HowACallEnds> has every case with its price.
    public enum Failing: Sendable {
        /// All is refunded.
        case refunds
        /// What was reported is charged, and nothing else: for responses that are streamed. The base of a price counts
        /// once anything was reported; the policy's `hold` and the units that the call was quoted for don't. Where
        /// nothing was reported, the call is refunded, except that one which was cancelled keeps a fixed price.
        case settlesWhatWasReported
    }

    let ledger: any LedgerBackend
    let policies: any PolicySource
    let clock: any WallClock
    let settling: Settling
    let observer: @Sendable (GateEvent) -> Void
    let running: RunningCalls
    let outages: OutageLog
    let plans: KnownPlans
    let reportedPlans = ReportedPlans()
    let sample = RefusalSample()

    /// - Parameters:
    ///   - ledger: keeps the credits.
    ///   - policies: say what a call costs: a fixed ``Policy``, or a ``PolicyWatcher``.
    ///   - clock: tells the time that windows and expiries go by.
    ///   - settling: when a call that succeeded is answered.
    ///   - observer: sees every decision, to log and count it. Called on whatever thread decides: it must be quick.
    public convenience init(
        ledger: Ledger,
        policies: any PolicySource,
        clock: any WallClock = SystemClock(),
        settling: Settling = .withNextCommit,
        observer: @escaping @Sendable (GateEvent) -> Void = { _ in }
    ) {
        self.init(
            ledger: ledger, policies: policies, clock: clock, settling: settling, rememberingPlans: 50_000,
            observer: observer
        )
    }

    /// - Parameter rememberingPlans: of how many accounts at most, 1 or more; it never makes a difference to a price.
    package init(
        ledger: Ledger,
        policies: any PolicySource,
        clock: any WallClock,
        settling: Settling,
        rememberingPlans: Int,
        observer: @escaping @Sendable (GateEvent) -> Void
    ) {
        plans = KnownPlans(maximumCount: rememberingPlans)
        self.ledger = ledger.backend
        self.policies = policies
        self.clock = clock
        self.settling = settling
        self.observer = observer
        running = RunningCalls()
        outages = OutageLog.of(ledger.backend)
    }

    /// The policy in force now.
    public var policy: Policy { policies.policy }

    /// Runs the closure if the account's credits and quotas cover the action, and charges for it if it succeeds.
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - account: who pays.
    ///   - member: who acts within the account; limits by member count the account itself where there is none.
    ///   - attributes: what the policy's price rules may look at. `"plan"` is not among them: it is the plan that the
    ///     account is on in the ledger.
    ///   - units: what the call is going to use, as far as that is known before; the policy's `hold` stands for the rest.
    ///   - key: makes the call safe to repeat: the same key never charges twice, nor runs the closure twice. While the
    ///     first call runs in this process, a repeat waits for it and shares what it returns or throws. Where the key has
    ///     no fingerprint, a repeat must have the same member, attributes and units.
    ///   - failing: how a call that fails is closed.
    ///   - isFailure: says of a value that was returned whether it is a failure all the same, and to be refunded.
    ///   - operation: the feature itself, with its charge at hand.
    /// - Returns: what the closure returned.
    /// - Throws: ``Refusal`` when the call isn't let through, ``UnknownAction`` when the policy doesn't price it,
    ///   ``TimedOut`` past the policy's timeout, ``CallWithinItself`` where its key's call would wait for itself,
    ///   `CancellationError` when the task was cancelled, and whatever the closure throws. Whenever this throws, nothing
    ///   has been charged in the end, unless `failing` says otherwise.
    @discardableResult
    public func run<Value: Sendable>(
        _ action: String,
        for account: AccountID,
        member: MemberID? = nil,
        attributes: Attributes = [:],
        units: Units = [:],
        key: IdempotencyKey? = nil,
        failing: Failing = .refunds,
        isFailure: @Sendable (Value) -> Bool = { _ in false },
        operation: @escaping @Sendable (Charge) async throws -> Value
    ) async throws -> Value {
        let call = Call(account: account, member: member, attributes: attributes, units: units, key: key).comparable
        return try await joined(call, of: action) {
            try await pass(call, through: action, failing, isFailure, storing: { _ in nil }, operation)
        }
    }
}
