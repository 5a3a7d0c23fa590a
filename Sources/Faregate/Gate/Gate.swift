/// Lets a call of a feature through only when the caller's credits and quotas cover it.
///
/// ```swift
/// let picture = try await gate.run("generate", for: account) { call in
///     try await model.draw(prompt)
/// }
/// ```
///
/// The steps of a call: ``Policy/quote(_:attributes:units:)`` prices it, the ledger takes the credits durably in one
/// SQL statement, the closure runs, and the charge is closed exactly once: settled if the closure succeeded, refunded
/// if it threw, was cancelled or took longer than the policy's timeout.
///
/// A server that writes its answer after the handler has returned uses
/// ``open(_:for:member:attributes:units:key:onFailure:)`` and closes the call itself: <doc:StreamAndCharge>.
public final class Gate: Sendable {
    /// When `run` returns the value of a successful call.
    public enum SettlementMode: Sendable {
        /// At once, unless the call stores its answer; the settlement is written with the next commit. After a crash
        /// before that commit, the charge is still held and gets refunded.
        case eventual
        /// After the settlement is on disk.
        case durable
    }

    /// How to close a failed call: one that threw, timed out, was cancelled, returned a failure, or was opened and
    /// dropped. A call whose handler never started is always refunded. <doc:HowACallEnds> lists every case with its
    /// price.
    public enum FailureRule: Sendable {
        /// All of its credits go back.
        case refund
        /// Only the reported units are charged: for streamed responses. If any unit was reported, the base of
        /// the price is charged too. Units that were only held or quoted are not charged. A call that reported nothing
        /// is refunded, except a cancelled call with a fixed price, which is charged.
        case chargeReported
    }

    let ledger: any LedgerBackend
    let policies: any Policy.Source
    let clock: any WallClock
    let settlementMode: SettlementMode
    let observer: any GateObserver
    let running: RunningCalls
    let outages: OutageLog
    let plans: KnownPlans
    let reportedPlans = ReportedPlans()
    let sample = RefusalSample()
    /// A separate sample for calls that exceeded a limit in shadow mode, so that they don't crowd out refusals.
    let shadowSample = RefusalSample()
    let openCalls = OpenCalls()
    /// The policy whose files the ledger was last asked to keep.
    let keptPolicy = Mutex<(policy: Policy, retryAt: Timestamp)?>(nil)

    /// - Parameters:
    ///   - ledger: keeps the credits.
    ///   - policies: the source of prices and limits: a fixed ``Policy`` or a ``Policy/Watcher``.
    ///   - clock: the clock for windows and expiries.
    ///   - settlement: when `run` returns the value of a successful call.
    ///   - observer: receives every decision, for logs, metrics and traces.
    public convenience init(
        ledger: Ledger,
        policies: any Policy.Source,
        clock: any WallClock = SystemClock(),
        settlement: SettlementMode = .eventual,
        observer: (any GateObserver)? = nil
    ) {
        self.init(
            ledger: ledger, policies: policies, clock: clock, settlement: settlement, rememberingPlans: 50_000,
            observer: observer ?? ClosureObserver { _ in }
        )
    }

    /// - Parameters:
    ///   - ledger: keeps the credits.
    ///   - policies: the source of prices and limits: a fixed ``Policy`` or a ``Policy/Watcher``.
    ///   - clock: the clock for windows and expiries.
    ///   - settlement: when `run` returns the value of a successful call.
    ///   - observer: receives every decision, for logs and metrics. It can be called on any thread and must be quick.
    public convenience init(
        ledger: Ledger,
        policies: any Policy.Source,
        clock: any WallClock = SystemClock(),
        settlement: SettlementMode = .eventual,
        observer: @escaping @Sendable (GateEvent) -> Void
    ) {
        self.init(
            ledger: ledger, policies: policies, clock: clock, settlement: settlement,
            observer: ClosureObserver(closure: observer)
        )
    }

    /// - Parameter rememberingPlans: the maximum number of accounts whose plan is cached, 1 or more. It affects speed,
    ///   never a price.
    package init(
        ledger: Ledger,
        policies: any Policy.Source,
        clock: any WallClock,
        settlement: SettlementMode,
        rememberingPlans: Int,
        observer: any GateObserver
    ) {
        plans = KnownPlans(maximumCount: rememberingPlans)
        self.ledger = ledger.backend
        self.policies = policies
        self.clock = clock
        settlementMode = settlement
        self.observer = observer
        running = RunningCalls()
        outages = OutageLog.of(ledger.backend)
    }

    /// The policy in force now.
    public var policy: Policy { policies.policy(at: clock.now) }
}
