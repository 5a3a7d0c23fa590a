/// Stands in front of a feature: lets a call through only when the caller's credits and quotas cover it.
///
/// ```swift
/// let picture = try await gate.run("generate", for: account) { charge in
///     try await model.draw(prompt)
/// }
/// ```
///
/// The way of a call: ``Policy/quote(_:attributes:units:)`` prices it, ``Ledger/charge(_:at:)`` takes the credits durably
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

    /// How a call that failed part-way is closed.
    public enum Failing: Sendable {
        /// All is refunded.
        case refunds
        /// What was reported is charged, and the rest refunded: for responses that are streamed. Where nothing was
        /// reported, a call that failed is refunded, and one whose client went away keeps a fixed price.
        case settlesWhatWasReported
    }

    let ledger: any Ledger
    let policies: any PolicySource
    let clock: any WallClock
    let settling: Settling
    let observer: @Sendable (GateEvent) -> Void
    let running: RunningCalls
    let outages: OutageLog
    private let sample = RefusalSample()

    /// - Parameters:
    ///   - ledger: keeps the credits.
    ///   - policies: say what a call costs: a fixed ``Policy``, or a ``PolicyWatcher``.
    ///   - clock: tells the time that windows and expiries go by.
    ///   - settling: when a call that succeeded is answered.
    ///   - observer: sees every decision, to log and count it. Called on whatever thread decides: it must be quick.
    public init(
        ledger: any Ledger,
        policies: any PolicySource,
        clock: any WallClock = SystemClock(),
        settling: Settling = .withNextCommit,
        observer: @escaping @Sendable (GateEvent) -> Void = { _ in }
    ) {
        self.ledger = ledger
        self.policies = policies
        self.clock = clock
        self.settling = settling
        self.observer = observer
        running = RunningCalls()
        outages = OutageLog()
    }

    /// The policy in force now.
    public var policy: Policy { policies.policy }

    /// Runs the closure if the account's credits and quotas cover the action, and charges for it if it succeeds.
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - account: who pays.
    ///   - member: who acts within the account; limits by member count the account itself where there is none.
    ///   - attributes: what the policy's price rules may look at. `"plan"` is filled in where it is missing.
    ///   - units: what the call is going to use, as far as that is known before; the policy's `hold` stands for the rest.
    ///   - key: makes the call safe to repeat: the same key never charges twice, nor runs the closure twice. While the
    ///     first call runs in this process, a repeat waits for it and shares what it returns or throws.
    ///   - failing: how a call that fails part-way is closed.
    ///   - isFailure: says of a value that was returned whether it is a failure all the same, and to be refunded.
    ///   - operation: the feature itself, with its charge at hand.
    /// - Returns: what the closure returned.
    /// - Throws: ``Refusal`` when the call isn't let through, ``UnknownAction`` when the policy doesn't price it,
    ///   ``TimedOut`` past the policy's timeout, `CancellationError` when the task was cancelled, and whatever
    ///   the closure throws. Whenever this throws, nothing has been charged in the end, unless `failing` says otherwise.
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
        let call = Call(account: account, member: member, attributes: attributes, units: units, key: key)
        return try await joined(call, of: action) {
            try await pass(call, through: action, failing, isFailure, storing: { _ in nil }, operation)
        }
    }

    /// The way of one call: charge, handler, close.
    func pass<Value: Sendable>(
        _ call: Call,
        through action: String,
        _ failing: Failing,
        _ isFailure: (Value) -> Bool,
        storing: (Value) -> [UInt8]?,
        _ operation: @escaping @Sendable (Charge) async throws -> Value
    ) async throws -> Value {
        let (charge, timeout) = try await take(action, for: call)
        do {
            // Whoever went away while the credits were being taken needs no handler any more.
            try Task.checkCancellation()
            let value = try await withTimeout(milliseconds: timeout, clock: clock) { try await operation(charge) }
            try Task.checkCancellation()
            if isFailure(value) {
                await refund(charge, because: .failedResponse)
            } else {
                await settle(charge, result: storing(value))
            }
            return value
        } catch {
            await close(charge, after: error, failing)
            throw error
        }
    }

    private func close(_ charge: Charge, after error: any Error, _ failing: Failing) async {
        let isKept = charge.meter.isMetered || error is CancellationError && charge.meter.isFixed
        if case .settlesWhatWasReported = failing, isKept {
            await settle(charge)
        } else {
            await refund(charge, because: RefundReason(error))
        }
    }

    /// Quotes and charges: when this returns, the credits are taken, durably.
    private func take(_ action: String, for call: Call) async throws -> (Charge, timeoutMilliseconds: Int64?) {
        let policy = policies.policy
        let now = clock.now
        let quote: Quote
        do {
            quote = try policy.quote(action, attributes: call.attributes(under: policy), units: call.units)
        } catch let error as InvalidInput {
            throw refused(Denial(.invalidInput(error)), action, call, nil, at: now)
        }
        do throws(Denial) {
            let charge = try await hold(call, quote: quote, under: policy, at: now)
            return (charge, quote.timeoutMilliseconds)
        } catch {
            throw refused(error, action, call, quote, at: now)
        }
    }

    private func hold(
        _ call: Call,
        quote: Quote,
        under policy: Policy,
        at now: Timestamp
    ) async throws(Denial) -> Charge {
        do throws(InvalidInput) { try call.attributes.validate() } catch { throw Denial(.invalidInput(error)) }
        guard quote.mode != .off else { return uncharged(call, quote) }
        let request = call.request(for: quote, at: now)
        let decision: ChargeDecision
        do throws(LedgerError) {
            decision = try await ledger.charge(request, at: now)
        } catch {
            guard let charge = letThrough(call, quote, request, error) else { throw Denial(.unavailable(error)) }
            return charge
        }
        switch decision {
        case .held(let id, let spendable, let exceeded):
            let charge = charge(id, call, quote)
            observer(.allowed(charge))
            if !exceeded.isEmpty { observer(.shadowed(charge, limits: exceeded)) }
            if let spendable, spendable.rawValue + charge.cost.rawValue >= policy.lowBalance.rawValue {
                observer(.lowBalance(call.account, spendable))
            }
            return charge
        case .refused(let refusal):
            var denial = Denial(Refusal.Reason(refusal, quote: quote, packs: policy.packs))
            if case .keyUsed(_, _, sameRequest: true, let result) = refusal { denial.storedResult = result }
            throw denial
        }
    }

    /// The charge of a call that nothing is taken for.
    func uncharged(_ call: Call, _ quote: Quote) -> Charge {
        charge(ChargeID(rawValue: 0), call, quote)
    }

    func charge(_ id: ChargeID, _ call: Call, _ quote: Quote) -> Charge {
        Charge(id: id, call: call, quote: quote, gate: self)
    }

    /// Tells of an account whose credits run low while a call is under way, or when it is settled.
    func look(at drawdown: Drawdown, of account: AccountID) {
        if drawdown.comes(below: policies.policy.lowBalance) { observer(.lowBalance(account, drawdown.after)) }
    }

    private func refused(
        _ denial: Denial,
        _ action: String,
        _ call: Call,
        _ quote: Quote?,
        at now: Timestamp
    ) -> Refusal {
        var refusal = Refusal(action: action, account: call.account, reason: denial.reason, at: now)
        refusal.storedResult = denial.storedResult
        observer(.refused(refusal))
        // A flood of refusals is not worth writing down: some of it tells as much.
        if let quote, sample.admits(at: now), let record = refusal.record(member: call.member, quote: quote) {
            ledger.keep(record)
        }
        return refusal
    }
}

/// Why a call is not let through; and what is to be answered instead, where its key was used before.
private struct Denial: Error {
    let reason: Refusal.Reason
    var storedResult: [UInt8]?

    init(_ reason: Refusal.Reason) {
        self.reason = reason
    }
}

extension RefundReason {
    fileprivate init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .cancelled
        case is TimedOut: self = .timedOut
        default: self = .threw
        }
    }
}
