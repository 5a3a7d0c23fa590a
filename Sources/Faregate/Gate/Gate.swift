/// Stands in front of a feature: lets a call through only when the caller's credits and quotas cover it.
///
/// ```swift
/// let picture = try await gate.run("generate", for: account) { charge in
///     try await model.draw(prompt)
/// }
/// ```
///
/// The way of a call: ``Policy/quote(_:attributes:)`` prices it, ``Ledger/charge(_:at:)`` takes the credits durably
/// in one SQL statement, the closure runs, and the charge is closed: settled when the closure succeeded, refunded
/// when it threw, was cancelled or took longer than the policy's timeout. Exactly one of the two.
public struct Gate: Sendable {
    /// When a call that succeeded is answered.
    public enum Settling: Sendable {
        /// At once; the settlement is written with the next commit. A crash in between leaves it held.
        case withNextCommit
        /// Once the settlement is on disk.
        case durable
    }

    let ledger: any Ledger
    let policies: any PolicySource
    let clock: any WallClock
    let settling: Settling
    let observer: @Sendable (GateEvent) -> Void

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
    ///   - key: makes the call safe to repeat: the same key never charges twice.
    ///   - isFailure: says of a value that was returned whether it is a failure all the same, and to be refunded.
    ///   - operation: the feature itself, with its charge at hand.
    /// - Returns: what the closure returned.
    /// - Throws: ``Refusal`` when the call isn't let through, ``UnknownAction`` when the policy doesn't price it,
    ///   ``TimedOut`` past the policy's timeout, `CancellationError` when the task was cancelled, and whatever
    ///   the closure throws. Whenever this throws, nothing has been charged in the end.
    @discardableResult
    public func run<Value: Sendable>(
        _ action: String,
        for account: AccountID,
        member: MemberID? = nil,
        attributes: Attributes = [:],
        key: IdempotencyKey? = nil,
        isFailure: @Sendable (Value) -> Bool = { _ in false },
        operation: @escaping @Sendable (Charge) async throws -> Value
    ) async throws -> Value {
        let call = Call(account: account, member: member, attributes: attributes, key: key)
        let (charge, timeout) = try await take(action, for: call)
        do {
            // Whoever went away while the credits were being taken needs no handler any more.
            try Task.checkCancellation()
            let value = try await withTimeout(milliseconds: timeout, clock: clock) { try await operation(charge) }
            try Task.checkCancellation()
            if isFailure(value) {
                await refund(charge, because: .failedResponse)
            } else {
                await settle(charge)
            }
            return value
        } catch {
            await refund(charge, because: RefundReason(error))
            throw error
        }
    }

    /// Quotes and charges: when this returns, the credits are taken, durably.
    private func take(_ action: String, for call: Call) async throws -> (Charge, timeoutMilliseconds: Int64?) {
        let policy = policies.policy
        let now = clock.now
        let quote = try policy.quote(action, attributes: call.attributes(under: policy))
        do throws(Refusal.Reason) {
            let id = try await hold(call, quote: quote, under: policy, at: now)
            let charge = Charge(id: id, call: call, quote: quote)
            observer(.allowed(charge))
            return (charge, quote.timeoutMilliseconds)
        } catch {
            let refusal = Refusal(action: action, account: call.account, reason: error, at: now)
            observer(.refused(refusal))
            throw refusal
        }
    }

    private func hold(
        _ call: Call,
        quote: Quote,
        under policy: Policy,
        at now: Timestamp
    ) async throws(Refusal.Reason) -> ChargeID {
        let decision: ChargeDecision
        do throws(InvalidInput) { try call.attributes.validate() } catch { throw .invalidInput(error) }
        do throws(LedgerError) {
            decision = try await ledger.charge(call.request(for: quote, under: policy, at: now), at: now)
        } catch {
            throw .unavailable(error)
        }
        switch decision {
        case .held(let id): return id
        case .refused(let refusal): throw Refusal.Reason(refusal, quote: quote, packs: policy.packs)
        }
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
