public import Faregate

extension FaregateService {
    /// A service that also looks after payments: it retries webhooks that failed when they were received, and asks the
    /// providers for events that were missed.
    ///
    /// - Parameters:
    ///   - gate: the gate whose policy files are followed, if it has a `Policy.Watcher`, and whose ledger is closed at
    ///     the end.
    ///   - payments: payments on the gate's ledger.
    ///   - callLimit: how long open calls may continue at shutdown, before their failure rule closes them; 0 or more.
    public init(_ gate: Gate, payments: Payments, waitingForCalls callLimit: Duration = .seconds(30)) {
        self.init(gate, waitingForCalls: callLimit, beside: [{ await payments.run() }])
    }
}
