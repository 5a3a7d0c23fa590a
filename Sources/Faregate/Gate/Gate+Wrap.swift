extension Gate {
    /// Turns a request handler into a gated one: the credit logic stays out of the handler.
    ///
    /// ```swift
    /// let handler = gate.wrap("generate", request: whoPays, isFailure: { $0.status >= 400 }) { input, call in
    ///     try await draw(input)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - request: reads from the handler's input who pays. What it throws is thrown to the handler's caller; nothing is charged.
    ///   - onFailure: how a call that fails is closed.
    ///   - isFailure: says of an output whether it is a failure.
    ///   - handler: the feature itself.
    /// - Returns: a handler that throws what ``run(_:for:member:attributes:units:key:storing:onFailure:isFailure:operation:)`` throws.
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
