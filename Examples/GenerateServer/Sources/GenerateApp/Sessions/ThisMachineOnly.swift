import Foundation
import HTTPTypes
import Hummingbird

/// Refuses requests through a proxy that the settings don't mention. Through such a proxy, anybody could sign in under
/// any name, or get free credits in the sandbox.
///
/// A proxy is recognised by the host name or the headers that it passes on. A proxy that changes neither can't be
/// recognised.
struct ThisMachineOnly: RouterMiddleware {
    private static let forwardingHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"]
        .compactMap { HTTPField.Name($0) }

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let isForwarded = Self.forwardingHeaders.contains { request.headers[$0] != nil }
        let name = request.head.authority.map { URL(string: "http://\($0)")?.host() ?? "" }
        guard !isForwarded, name.map(Settings.isLoopback) ?? true else {
            throw HTTPError(
                .forbidden,
                message:
                    "this server accepts requests from its own machine only; to accept others, set HOST_URL to the "
                    + "address that other machines use"
            )
        }
        return try await next(request, context)
    }
}
