import Foundation
import HTTPTypes
import Hummingbird

/// Refuses requests through a proxy that the settings don't name. Through it, anybody could sign in as anybody, or get
/// credits for nothing in the sandbox.
///
/// A proxy is recognised by the host name or the headers that it passes on. One that changes neither can't be
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
                    "this server is set up for its own machine alone; to be reached from others, set HOST_URL to the "
                    + "address that they use"
            )
        }
        return try await next(request, context)
    }
}
