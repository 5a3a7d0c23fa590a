extension Gate {
    /// Runs the closure if the account's credits and quotas cover the action, and charges for it if it succeeds.
    ///
    /// ```swift
    /// let order = try await gate.run("order", for: account, key: key, storing: .json) { call in try await place(order) }
    /// ```
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - account: who pays.
    ///   - member: who acts within the account; limits by member count the account itself where there is none.
    ///   - attributes: what the policy's price rules may look at. `"plan"` is not among them: it is the plan that the
    ///     account is on in the ledger.
    ///   - units: what the call is going to use, as far as that is known beforehand; the policy's `hold` stands for the rest.
    ///   - key: makes the call safe to repeat: the same key never charges twice, nor runs the closure twice. While the
    ///     first call runs in this process, a repeat waits for it and shares what it returns or throws. Where the key has
    ///     no fingerprint, a repeat must have the same member, attributes and units.
    ///   - storing: keeps the answer with the charge for as long as the key lives, so that a repeat which comes after the
    ///     call has finished receives it, in any process. Without it, or where the answer isn't kept, such a repeat is
    ///     refused as ``Refusal/Reason/keyCompleted(_:)``.
    ///   - onFailure: how a call that fails is closed.
    ///   - isFailure: says of a value that was returned whether it is a failure all the same.
    ///   - operation: the feature itself, with its call at hand. Where it closes the call itself, that counts, and the
    ///     policy's timeout no longer applies.
    /// - Returns: what the closure returned, now or under the same key before.
    /// - Throws: ``Refusal`` when the call isn't let through, ``UnknownAction`` when the policy doesn't price it,
    ///   ``TimedOut`` past the policy's timeout, ``CallWithinItself`` where its key's call would wait for itself,
    ///   `CancellationError` when the task was cancelled, and whatever the closure throws. Whenever this throws, nothing
    ///   has been charged in the end, unless `onFailure` says otherwise.
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
            .comparable
        return try await joined(request, of: action) {
            switch try await take(action, for: request, onFailure, answer: { storing?.answer(from: $0) }) {
            case .answered(let value): return value
            case .opened(let open): return try await run(open, storing, isFailure, operation)
            }
        }
    }

    /// Runs the handler of a call that was let through, and closes the call.
    private func run<Value: Sendable>(
        _ open: OpenCall,
        _ storing: AnswerStore<Value>?,
        _ isFailure: (Value) -> Bool,
        _ operation: @escaping @Sendable (GatedCall) async throws -> Value
    ) async throws -> Value {
        let value: Value
        do {
            value = try await handle(open, operation)
            try Task.checkCancellation()
        } catch {
            // Past the timeout the call is closed, and this throws `TimedOut`. A cancellation is recognised by
            // the task and not by the error: many libraries throw errors of their own when their task is cancelled.
            try await open.fail(because: Task.isCancelled ? .cancelled : .threw)
            throw error
        }
        if isFailure(value) {
            try await open.fail(because: .failedResponse)
        } else {
            try await open.settle(result: open.request.key == nil ? nil : storing?.bytes(of: value))
        }
        return value
    }

    private func handle<Value: Sendable>(
        _ open: OpenCall,
        _ operation: @escaping @Sendable (GatedCall) async throws -> Value
    ) async throws -> Value {
        // The caller may have been cancelled while the credits were taken: then the handler doesn't start.
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
        return try await untilGivenUp(arm: { giveUp in open.start(onTimeout: giveUp) }, operation: handler)
    }
}
