import Faregate
import FaregatePayments
import HTTPTypes
import Hummingbird

// The adapter between Faregate and Hummingbird is this file, `ProblemMiddleware.swift` and `JSONBody.swift`.

/// The context of a request whose account is known. The account pays for the request.
protocol AccountRequestContext: RequestContext {
    var account: AccountID { get }
}

/// The JSON body of a gated route.
protocol GatedInput: Decodable, Sendable {
    /// The attributes that the policy's price rules can use.
    var attributes: Attributes { get }
    /// - Throws: ``InvalidInput`` if the handler can't use the input. Nothing is charged then.
    func validate() throws(InvalidInput)
}

extension Gate {
    /// Makes a route's handler out of a gated one. The answer is the handler's result as JSON.
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
    /// A client that disconnects doesn't stop the handler. If it repeats the request under its key, it gets the answer
    /// that it missed and is not charged again.
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
    /// The key in the `Idempotency-Key` header; nil if there is none.
    func idempotencyKey(ofBody body: [UInt8]) throws(InvalidInput) -> IdempotencyKey? {
        try IdempotencyKey(header: HTTPField.Name("Idempotency-Key").flatMap { headers[$0] }, body: body)
    }
}

/// Returns lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
