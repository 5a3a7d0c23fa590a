extension Gate {
    /// Runs the closure if the account's credits and quotas cover the action, and charges for it if it succeeds.
    ///
    /// ```swift
    /// let order = try await gate.run("order", for: account, key: key, storing: .json) { call in
    ///     try await place(order)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - action: the action's name in the policy files.
    ///   - account: the account that pays.
    ///   - member: the person who acts within the account. Without one, a limit by member counts the call under the
    ///     account itself, apart from its members.
    ///   - attributes: values that the policy's price rules can test. Don't pass `"plan"`: the gate sets it to the
    ///     account's plan in the ledger.
    ///   - units: the expected use, as far as it is known. The policy's `hold` supplies the other units.
    ///   - key: makes the call safe to retry: until it expires, the key is charged once, and the closure doesn't run
    ///     again once its call is charged. A call that was refunded can be made again under its key. While the first
    ///     call runs in this process, a repeat waits for it, and returns the same value or throws the same error. If
    ///     the key has no fingerprint, a repeat must have the same member, attributes and units.
    ///   - storing: stores the answer with the charge until the key expires, so that a later repeat receives it, in any
    ///     process. Without a stored answer, a later repeat is refused as ``Refusal/Reason/keyCompleted(_:)``.
    ///   - onFailure: how to close a call that fails.
    ///   - isFailure: returns true for a returned value that counts as a failure.
    ///   - operation: the feature itself; it receives its call. If it settles or refunds the call itself, that sets the
    ///     cost, and the policy's timeout no longer applies.
    /// - Returns: the closure's value, from this call or from the first call under the same key.
    /// - Throws: ``Refusal`` when the call isn't let through, ``Gate/UnknownAction`` when the policy lacks the action,
    ///   ``Gate/TimedOut`` past the policy's timeout, ``GatedCall/WithinItself`` if a call with this key would wait for
    ///   itself, `CancellationError` when the task was cancelled, and any error of the closure. If it throws, nothing
    ///   is charged, unless `onFailure` says otherwise.
    @discardableResult
    public func run<Value: Sendable>(
        _ action: String,
        for account: AccountID,
        member: MemberID? = nil,
        attributes: Attributes = [:],
        units: Units = [:],
        key: IdempotencyKey? = nil,
        storing: AnswerStore<Value>? = nil,
        onFailure: FailureRule = .refund,
        isFailure: @Sendable (Value) -> Bool = { _ in false },
        operation: @escaping @Sendable (GatedCall) async throws -> Value
    ) async throws -> Value {
        let request = CallRequest(account: account, member: member, attributes: attributes, units: units, key: key)
            .withFingerprint
        return try await runOrJoin(request, of: action) {
            switch try await charge(action, for: request, onFailure, answer: { storing?.answer(from: $0) }) {
            case .answered(let value): return value
            case .opened(let open): return try await runAndClose(open, storing, isFailure, operation)
            }
        }
    }

    /// Runs the handler of an open call, and closes the call.
    private func runAndClose<Value: Sendable>(
        _ open: OpenCall,
        _ storing: AnswerStore<Value>?,
        _ isFailure: (Value) -> Bool,
        _ operation: @escaping @Sendable (GatedCall) async throws -> Value
    ) async throws -> Value {
        let value: Value
        do {
            value = try await handle(open, operation)
            // A cancelled caller doesn't get the value, so the call is closed by its failure rule.
            try Task.checkCancellation()
        } catch {
            // After a timeout the call is closed, and this throws `Gate.TimedOut`. Ask the task, not the error, whether
            // it was cancelled: many libraries throw their own errors on cancellation.
            try await open.fail(because: Task.isCancelled ? .cancelled : .threw)
            throw error
        }
        if isFailure(value) {
            try await open.fail(because: .failedResponse)
        } else {
            try await open.settle(answer: open.request.key == nil ? nil : storing?.bytes(of: value))
        }
        return value
    }

    private func handle<Value: Sendable>(
        _ open: OpenCall,
        _ operation: @escaping @Sendable (GatedCall) async throws -> Value
    ) async throws -> Value {
        // If the caller was cancelled while the credits were taken, the handler doesn't start.
        try Task.checkCancellation()
        let observer = observer
        let call = GatedCall(open, isClosedByRun: true)
        let handler: @Sendable () async throws -> Value = {
            try await observer.around(call) { try await operation(call) }
        }
        guard open.quote.timeoutMilliseconds != nil else {
            open.start()
            return try await handler()
        }
        return try await untilAbandoned(arm: { abandon in open.start(onTimeout: abandon) }, operation: handler)
    }
}
