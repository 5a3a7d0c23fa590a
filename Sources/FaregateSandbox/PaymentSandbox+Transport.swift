public import FaregatePayments
import Foundation

/// Sends the requests of Faregate's own clients to a sandbox in the same process. The client can have any base address:
/// the transport removes that address's path from each request.
public struct SandboxTransport: ProviderKit.Transport {
    private let sandbox: PaymentSandbox
    private let basePath: String

    /// - Parameters:
    ///   - sandbox: the sandbox that answers.
    ///   - basePath: the path of the client's base address, if it has one.
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
