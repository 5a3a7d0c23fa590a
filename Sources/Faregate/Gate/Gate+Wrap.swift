extension Gate {
    /// Turns a request handler into a gated one: the credit logic stays out of the handler.
    ///
    /// ```swift
    /// let handler = gate.wrap("generate", call: caller, isFailure: { $0.status >= 400 }) { request, charge in
    ///     try await draw(request)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - action: as the policy files name it.
    ///   - call: reads from a request who pays. What it throws is thrown to the handler's caller; nothing is charged.
    ///   - failing: how a call that fails part-way is closed.
    ///   - isFailure: says of a response whether it is a failure, and to be refunded.
    ///   - handler: the feature itself.
    /// - Returns: a handler that throws what ``run(_:for:member:attributes:units:key:failing:isFailure:operation:)`` throws.
    public func wrap<Request: Sendable, Response: Sendable>(
        _ action: String,
        call: @escaping @Sendable (Request) async throws -> Call,
        failing: Failing = .refunds,
        isFailure: @escaping @Sendable (Response) -> Bool = { _ in false },
        handler: @escaping @Sendable (Request, Charge) async throws -> Response
    ) -> @Sendable (Request) async throws -> Response {
        { [self] request in
            let call = try await call(request)
            return try await run(
                action,
                for: call.account,
                member: call.member,
                attributes: call.attributes,
                units: call.units,
                key: call.key,
                failing: failing,
                isFailure: isFailure
            ) { charge in
                try await handler(request, charge)
            }
        }
    }
}
