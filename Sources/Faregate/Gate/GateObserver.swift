/// Observes a gate, for logs, metrics and traces. Both functions have a default: `observe` does nothing, and `around`
/// only calls the handler.
///
/// If you need only events, pass a closure: `Gate(ledger: ledger, policies: policies) { event in … }`.
public protocol GateObserver: Sendable {
    /// Called once for each event, on any thread. It must be quick.
    func observe(_ event: GateEvent)

    /// Called around the handler of a call that was let through. It runs in the handler's own task, so that task-local
    /// values reach the handler:
    ///
    /// ```swift
    /// func around<Value>(_ call: GatedCall, _ handler: () async throws -> Value) async throws -> Value {
    ///     try await withSpan(call.action) { _ in try await handler() }
    /// }
    /// ```
    ///
    /// An implementation calls the handler once, and returns its value or throws its error. When the policy's timeout
    /// passes or the caller is cancelled, the handler's task is cancelled, and `handler()` returns when the handler has
    /// ended. ``observe(_:)`` reports how the call was closed, after this function has returned; after a timeout it may
    /// report earlier. A call from ``Gate/open(_:for:member:attributes:units:key:onFailure:)`` has no handler.
    func around<Value>(_ call: GatedCall, _ handler: () async throws -> Value) async throws -> Value
}

extension GateObserver {
    public func observe(_ event: GateEvent) {}

    public func around<Value>(_ call: GatedCall, _ handler: () async throws -> Value) async throws -> Value {
        try await handler()
    }
}
