public import Faregate

extension FaregateService {
    /// A service that looks after payments too: it acts on webhooks that could not be acted on when they came, and asks
    /// the providers what was missed.
    ///
    /// - Parameters:
    ///   - gate: whose policy files are followed, where it has a `PolicyWatcher`, and whose ledger is closed in the end.
    ///   - payments: on the gate's ledger.
    ///   - callLimit: how long calls that are still open may run on at the end, before they are closed by their failure
    ///     rule; 0 or more.
    public init(_ gate: Gate, payments: Payments, waitingForCalls callLimit: Duration = .seconds(30)) {
        self.init(gate, waitingForCalls: callLimit, beside: [{ await payments.run() }])
    }
}
