/// Sees what a gate decides and does, to log, count and trace it. Both functions have a default that does nothing more.
///
/// A closure will do where events are all that is needed: `Gate(ledger: ledger, policies: policies) { event in … }`.
public protocol GateObserver: Sendable {
    /// Called once for each event, on whatever thread decides: it must be quick.
    func observe(_ event: GateEvent)

    /// Called around the handler of a call that was let through: what comes before `handler()` is the begin, what comes
    /// after is the end. It runs in the handler's own task, so that task-local values reach the handler:
    ///
    /// ```swift
    /// func around<Value>(_ call: GatedCall, _ handler: () async throws -> Value) async throws -> Value {
    ///     try await withSpan(call.action) { _ in try await handler() }
    /// }
    /// ```
    ///
    /// It calls the handler once, and returns or throws what the handler does. Where the policy's timeout passes or the
    /// caller goes away, the handler's task is cancelled, and the end comes when the handler has ended. How the call was
    /// closed is reported to ``observe(_:)``, which comes after the end, except after a timeout. A call from
    /// ``Gate/open(_:for:member:attributes:units:key:onFailure:)`` has no handler.
    func around<Value>(_ call: GatedCall, _ handler: () async throws -> Value) async throws -> Value
}

extension GateObserver {
    public func observe(_ event: GateEvent) {}

    public func around<Value>(_ call: GatedCall, _ handler: () async throws -> Value) async throws -> Value {
        try await handler()
    }
}
