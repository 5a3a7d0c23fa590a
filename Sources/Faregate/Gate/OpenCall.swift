/// The state of one call from its charge to its end. Servers hold a ``GatedCall``, its handle; the state stays after
/// the handle is released, until the ledger has closed the charge.
///
/// `end` is set once, under the lock. The caller that sets it closes the charge; no other caller does.
final class OpenCall: Sendable {
    enum End {
        case closed
        /// The task ends when the charge is closed.
        case timedOut(Task<Gate.TimedOut, Never>)
    }

    private struct State {
        var meter: Meter
        var hasStarted = false
        /// Boxed to keep the state small, because few calls run before they are charged (see Gate+Outage).
        var letThrough: Shared<LetThrough>?
        var end: End?
        var timer: Task<Void, Never>?
    }

    let charge: ChargeID
    let request: Gate.CallRequest
    let quote: Quote
    let onFailure: Gate.FailureRule
    let gate: Gate
    private let state: Mutex<State>

    init(_ charge: ChargeID, _ request: Gate.CallRequest, _ quote: Quote, _ onFailure: Gate.FailureRule, gate: Gate) {
        self.charge = charge
        self.request = request
        self.quote = quote
        self.onFailure = onFailure
        self.gate = gate
        state = Mutex(State(meter: Meter(held: quote.costTaken)))
    }

    var account: AccountID { request.account }
    var reported: Units { state.withLock { $0.meter.reported } }
    var held: Credits { state.withLock { $0.meter.held } }
    var end: End? { state.withLock { $0.end } }

    func withMeter<Result: Sendable, Failure: Error>(
        _ body: (inout Meter, _ isOpen: Bool) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try state.withLock { (state) throws(Failure) in try body(&state.meter, state.end == nil) }
    }

    /// Records the charge to make when the ledger is reachable again.
    func letThrough(_ call: LetThrough) { state.withLock { $0.letThrough = Shared(call) } }

    var isLetThrough: Bool { state.withLock { $0.letThrough != nil } }

    /// Returns the recorded charge the first time it is called; nil after that, and for a call that was charged.
    func removeLetThrough() -> LetThrough? { state.withLock { $0.letThrough.take() }?.value }

    /// Whether the failed call is charged: if it reported a unit above zero, or was cancelled and has a fixed price. A
    /// call whose handler didn't start is never charged.
    func keepsPrice(after reason: RefundReason) -> Bool {
        let (hasStarted, isMetered) = state.withLock { ($0.hasStarted, $0.meter.isMetered) }
        return onFailure == .chargeReported && hasStarted
            && (isMetered || reason == .cancelled && quote.price.isFixed)
    }

    // MARK: Its end

    /// - Returns: true for the first caller only, which must then close the charge.
    func claimEnd() -> Bool {
        let (isFirst, timer) = state.withLock { state in
            guard state.end == nil else { return (false, nil as Task<Void, Never>?) }
            state.end = .closed
            return (true, state.timer.take())
        }
        timer?.cancel()
        return isFirst
    }

    /// Starts the policy's timeout; called just before the handler runs. When the timeout passes, the call is closed by
    /// its failure rule.
    ///
    /// - Parameter onTimeout: called after the timeout has claimed the call, before the charge is closed.
    func start(onTimeout: @escaping @Sendable () -> Void = {}) {
        guard let milliseconds = quote.timeoutMilliseconds else { return state.withLock { $0.hasStarted = true } }
        let timer = Task { [self] in
            do { try await gate.clock.sleep(milliseconds: milliseconds) } catch { return }
            if timeOut(after: milliseconds) { onTimeout() }
        }
        state.withLock { state in
            state.hasStarted = true
            state.timer = timer
        }
    }

    private func timeOut(after milliseconds: Int64) -> Bool {
        state.withLock { state in
            guard state.end == nil else { return false }
            state.timer = nil
            state.end = .timedOut(
                Task { [self] in
                    let charged = await gate.closeFailed(self, after: .timedOut)
                    return Gate.TimedOut(timeout: .milliseconds(milliseconds), charged: charged)
                }
            )
            return true
        }
    }
}
