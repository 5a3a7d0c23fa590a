extension Gate {
    /// Takes the credits for a call that the caller closes later: for streams, and for servers that write the body after
    /// the handler returned.
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
    /// The call is closed once: by ``GatedCall/settle()``, by ``GatedCall/refund()``, or by `onFailure`: when the policy's
    /// timeout passes, when the server shuts down, or when the last reference to the call goes away. So nothing has to
    /// be caught to get the credits back.
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - account: who pays.
    ///   - member: who acts within the account; limits by member count the account itself where there is none.
    ///   - attributes: what the policy's price rules may look at.
    ///   - units: what the call is going to use, as far as that is known beforehand; the policy's `hold` stands for the rest.
    ///   - key: makes the call safe to repeat: while the call is open, another under the same key is refused as
    ///     ``Refusal/Reason/keyInFlight(_:)``, and once it is settled, as ``Refusal/Reason/keyCompleted(_:)``. A call that
    ///     was refunded may be tried again.
    ///   - onFailure: how a call is closed that is neither settled nor refunded.
    /// - Returns: the call; its credits are taken, durably.
    /// - Throws: ``Refusal`` when the call isn't let through, ``UnknownAction`` when the policy doesn't price it,
    ///   `CancellationError` when the task was cancelled. Nothing has been charged then.
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
        switch try await take(action, for: request.comparable, onFailure, answer: { _ in nil as Never? }) {
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
