import Faregate
import FaregatePayments
import HTTPTypes
import Hummingbird

// All that joins Faregate and Hummingbird: this file, `ProblemMiddleware.swift` and `JSONBody.swift`.

/// A request whose sender is known: the account that pays.
protocol AccountRequestContext: RequestContext {
    var account: AccountID { get }
}

/// The JSON body of a gated route.
protocol GatedInput: Decodable, Sendable {
    /// What the policy's price rules may look at.
    var attributes: Attributes { get }
    /// - Throws: ``InvalidInput`` when the handler couldn't do anything with it: nothing is charged then.
    func validate() throws(InvalidInput)
}

extension Gate {
    /// Puts the gate in front of a route, and answers with what the handler returns, as JSON.
    ///
    /// ```swift
    /// router.post("/api/generate", use: gate.handler("generate") { (input: GenerateRequest, context, call) in
    ///     try await draw(input)
    /// })
    /// ```
    ///
    /// The account comes from the context, the attributes from the body, the idempotency key from the `Idempotency-Key`
    /// header. A handler that throws costs nothing.
    ///
    /// A client that goes away doesn't stop the handler. If it sends the request again under its key, it gets the answer
    /// that it missed, and is not charged again.
    func handler<Input: GatedInput, Context: AccountRequestContext, Output: Codable & Sendable>(
        _ action: String,
        use operation: @escaping @Sendable (Input, Context, GatedCall) async throws -> Output
    ) -> @Sendable (Request, Context) async throws -> Response {
        { [self] request, context in
            let body = try await request.bytes(upTo: context.maxUploadSize)
            let input = try Input(json: body)
            try input.validate()
            return try .json(
                await run(
                    action,
                    for: context.account,
                    attributes: input.attributes,
                    key: request.idempotencyKey(ofBody: body),
                    storing: .json,
                    operation: { try await operation(input, context, $0) }
                )
            )
        }
    }
}

extension Request {
    /// The key in the `Idempotency-Key` header; nil where there is none.
    func idempotencyKey(ofBody body: [UInt8]) throws(InvalidInput) -> IdempotencyKey? {
        try IdempotencyKey(header: HTTPField.Name("Idempotency-Key").flatMap { headers[$0] }, body: body)
    }
}

/// Lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
