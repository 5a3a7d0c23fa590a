extension Gate {
    /// Turns a request handler into a gated one, so that the handler has no credit logic.
    ///
    /// ```swift
    /// let handler = gate.wrap("generate", request: whoPays, isFailure: { $0.status >= 400 }) { input, call in
    ///     try await draw(input)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - action: the action's name in the policy files.
    ///   - request: reads the paying account from the handler's input. If it throws, the gated handler throws the same
    ///     error and nothing is charged.
    ///   - onFailure: how to close a call that fails.
    ///   - isFailure: returns true for an output that counts as a failure.
    ///   - handler: the feature itself.
    /// - Returns: a handler that throws the same errors as
    ///   ``run(_:for:member:attributes:units:key:storing:onFailure:isFailure:operation:)``.
    public func wrap<Input: Sendable, Output: Sendable>(
        _ action: String,
        request: @escaping @Sendable (Input) async throws -> CallRequest,
        onFailure: FailureRule = .refund,
        isFailure: @escaping @Sendable (Output) -> Bool = { _ in false },
        handler: @escaping @Sendable (Input, GatedCall) async throws -> Output
    ) -> @Sendable (Input) async throws -> Output {
        { [self] input in
            let request = try await request(input)
            return try await run(
                action,
                for: request.account,
                member: request.member,
                attributes: request.attributes,
                units: request.units,
                key: request.key,
                onFailure: onFailure,
                isFailure: isFailure
            ) { call in
                try await handler(input, call)
            }
        }
    }
}
