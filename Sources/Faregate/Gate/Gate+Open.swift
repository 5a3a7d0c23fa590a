extension Gate {
    /// Takes the credits for a call that the caller closes later: for streams, and for servers that write the body
    /// after the handler has returned.
    ///
    /// ```swift
    /// let call = try await gate.open("chat", for: account, onFailure: .chargeReported)
    /// return Response(body: stream { writer in
    ///     for try await token in model.stream(prompt) {
    ///         try await writer.write(token)
    ///         if try await call.report(["output_tokens": 1]).isExhausted { break }
    ///     }
    ///     try await call.settle()
    /// })
    /// ```
    ///
    /// The call is closed once: by ``GatedCall/settle()``, by ``GatedCall/refund()``, or by `onFailure` when the
    /// policy's timeout passes, when the server shuts down, or when the last reference to the call is released. So no
    /// `catch` is needed to get the credits back.
    ///
    /// - Parameters:
    ///   - action: the action's name in the policy files.
    ///   - account: the account that pays.
    ///   - member: the person who acts within the account. Without one, a limit by member counts the call under the
    ///     account itself, apart from its members.
    ///   - attributes: values that the policy's price rules can test.
    ///   - units: the expected use, as far as it is known. The policy's `hold` supplies the other units.
    ///   - key: makes the call safe to retry. While the call is open, a repeat under the same key is refused as
    ///     ``Refusal/Reason/keyInFlight(_:)``; after it is settled, as ``Refusal/Reason/keyCompleted(_:)``. A refunded
    ///     call can be made again under the same key.
    ///   - onFailure: how to close a call that is neither settled nor refunded.
    /// - Returns: the call. Its credits have been taken, durably, unless it was let through in an outage.
    /// - Throws: ``Refusal`` when the call isn't let through, ``Gate/UnknownAction`` when the policy lacks the action,
    ///   `CancellationError` when the task was cancelled. If it throws, nothing is charged.
    public func open(
        _ action: String,
        for account: AccountID,
        member: MemberID? = nil,
        attributes: Attributes = [:],
        units: Units = [:],
        key: IdempotencyKey? = nil,
        onFailure: FailureRule = .refund
    ) async throws -> GatedCall {
        let request = CallRequest(account: account, member: member, attributes: attributes, units: units, key: key)
        switch try await charge(action, for: request.withFingerprint, onFailure, answer: { _ in nil as Never? }) {
        case .opened(let open):
            if Task.isCancelled {
                await open.refund(because: .cancelled)
                throw CancellationError()
            }
            open.start()
            return GatedCall(open)
        }
    }
}
