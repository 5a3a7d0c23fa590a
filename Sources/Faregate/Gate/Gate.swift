/// Stands in front of a feature: lets a call through only when the caller's credits and quotas cover it.
///
/// ```swift
/// let picture = try await gate.run("generate", for: account) { call in
///     try await model.draw(prompt)
/// }
/// ```
///
/// The way of a call: ``Policy/quote(_:attributes:units:)`` prices it, the ledger takes the credits durably
/// in one SQL statement, the closure runs, and the charge is closed: settled when the closure succeeded, refunded
/// when it threw, was cancelled or took longer than the policy's timeout. Exactly one of the two.
///
/// A server that writes its answer after the handler returned uses
/// ``open(_:for:member:attributes:units:key:onFailure:)``, and closes the call itself: <doc:StreamAndCharge>.
public final class Gate: Sendable {
    /// When a call that succeeded is answered.
    public enum SettlementMode: Sendable {
        /// At once; the settlement is written with the next commit. After a crash in between the charge is still held, and
        /// is refunded.
        case eventual
        /// Once the settlement is on disk.
        case durable
    }

    /// How a call that failed is closed: one that threw, timed out, was cancelled, returned a failure, or was opened and
    /// dropped. A call whose handler never started is refunded, whatever this says. <doc:HowACallEnds> has every case with
    /// its price.
    public enum FailureRule: Sendable {
        /// All of its credits go back.
        case refund
        /// What was reported is charged, and nothing else: for responses that are streamed. The base of a price counts
        /// once anything was reported; the policy's `hold` and the units that the call was quoted for don't. Where
        /// nothing was reported, the call is refunded, except that one which was cancelled keeps a fixed price.
        case chargeReported
    }

    let ledger: any LedgerBackend
    let policies: any PolicySource
    let clock: any WallClock
    let settlement: SettlementMode
    let observer: any GateObserver
    let running: RunningCalls
    let outages: OutageLog
    let plans: KnownPlans
    let reportedPlans = ReportedPlans()
    let sample = RefusalSample()
    let openCalls = OpenCalls()

    /// - Parameters:
    ///   - ledger: keeps the credits.
    ///   - policies: say what a call costs: a fixed ``Policy``, or a ``PolicyWatcher``.
    ///   - clock: tells the time that windows and expiries go by.
    ///   - settlement: when a call that succeeded is answered.
    ///   - observer: sees every decision, to log, count and trace it.
    public convenience init(
        ledger: Ledger,
        policies: any PolicySource,
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
    ///   - policies: say what a call costs: a fixed ``Policy``, or a ``PolicyWatcher``.
    ///   - clock: tells the time that windows and expiries go by.
    ///   - settlement: when a call that succeeded is answered.
    ///   - observer: sees every decision, to log and count it. Called on whatever thread decides: it must be quick.
    public convenience init(
        ledger: Ledger,
        policies: any PolicySource,
        clock: any WallClock = SystemClock(),
        settlement: SettlementMode = .eventual,
        observer: @escaping @Sendable (GateEvent) -> Void
    ) {
        self.init(
            ledger: ledger, policies: policies, clock: clock, settlement: settlement,
            observer: ClosureObserver(closure: observer)
        )
    }

    /// - Parameter rememberingPlans: of how many accounts at most, 1 or more; it never makes a difference to a price.
    package init(
        ledger: Ledger,
        policies: any PolicySource,
        clock: any WallClock,
        settlement: SettlementMode,
        rememberingPlans: Int,
        observer: any GateObserver
    ) {
        plans = KnownPlans(maximumCount: rememberingPlans)
        self.ledger = ledger.backend
        self.policies = policies
        self.clock = clock
        self.settlement = settlement
        self.observer = observer
        running = RunningCalls()
        outages = OutageLog.of(ledger.backend)
    }

    /// The policy in force now.
    public var policy: Policy { policies.policy }
}
