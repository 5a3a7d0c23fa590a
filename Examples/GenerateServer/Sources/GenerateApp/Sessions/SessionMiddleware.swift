import Faregate
import Foundation
import Hummingbird

/// Reads the session of a request. Refuses requests that a page of another site sends with a visitor's session.
struct SessionMiddleware: RouterMiddleware {
    static let cookieName = "generate_session"

    let tokens: SessionTokens
    let origins: OwnOrigins

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let bearer = request.bearerToken {
            context.account = tokens.account(of: bearer)
        } else {
            context.account = request.cookies[Self.cookieName].flatMap { tokens.account(of: $0.value) }
            try refuseForeign(request)
        }
        return try await next(request, context)
    }

    /// A browser attaches the cookie to requests from other sites too. But another site can't make the browser send
    /// JSON without asking this server first, and can't hide its `Origin`. Every path is checked, because the router
    /// treats `//api` as `/api`.
    private func refuseForeign(_ request: Request) throws {
        let isSafe = request.method == .get || request.method == .head || request.method == .options
        guard !isSafe else { return }
        if request.headers[.origin] != nil, origins.origin(of: request) == nil {
            throw HTTPError(.forbidden, message: "requests from other sites are refused")
        }
        let mediaType = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard mediaType?.trimmingPrefix(" ") == "application/json" || request.method == .delete else {
            throw HTTPError(.unsupportedMediaType, message: "send JSON, with \"Content-Type: application/json\"")
        }
    }
}

extension Request {
    fileprivate var bearerToken: String? {
        guard let field = headers[.authorization], field.lowercased().hasPrefix("bearer ") else { return nil }
        return String(field.dropFirst("bearer ".count)).trimmingCharacters(in: .whitespaces)
    }
}
