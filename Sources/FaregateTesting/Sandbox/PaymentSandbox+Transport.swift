public import FaregatePayments
import Foundation

/// Carries the requests of Faregate's own clients to a sandbox in the same process. Any base address will do; what
/// stands in it before the provider's own paths is left away.
public struct SandboxTransport: ProviderKit.Transport {
    private let sandbox: PaymentSandbox
    private let basePath: String

    /// - Parameters:
    ///   - sandbox: answers.
    ///   - basePath: the path of the base address that the client was given, if it has one.
    public init(_ sandbox: PaymentSandbox, basePath: String = "") {
        self.sandbox = sandbox
        self.basePath = basePath
    }

    public func send(_ request: ProviderKit.Request) async throws -> ProviderKit.Response {
        try Task.checkCancellation()
        let path = request.url.path(percentEncoded: true)
        let answer = sandbox.answer(
            SandboxRequest(
                method: request.method.rawValue,
                path: String(path.dropFirst(path.hasPrefix(basePath) ? basePath.count : 0)),
                query: request.url.query(percentEncoded: true) ?? "",
                headers: request.headers,
                body: request.body
            )
        )
        return ProviderKit.Response(status: answer.status, headers: answer.headers, body: answer.body)
    }
}
