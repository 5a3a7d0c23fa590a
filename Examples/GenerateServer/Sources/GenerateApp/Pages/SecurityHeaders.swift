import HTTPTypes
import Hummingbird

/// Adds headers that forbid inline scripts, content of other origins, and frames.
struct SecurityHeaders<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = SecurityHeaders<Context>.policy
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "same-origin"
        response.headers[.frameOptions] = "DENY"
        return response
    }

    private static var policy: String { contentSecurityPolicy(formTarget: nil) }
}

/// - Parameter formTarget: another origin to which a form may lead.
func contentSecurityPolicy(formTarget: String?) -> String {
    """
    default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
    form-action 'self'\(formTarget.map { " \($0)" } ?? "")
    """
}

extension HTTPField.Name {
    static var referrerPolicy: HTTPField.Name { HTTPField.Name("Referrer-Policy") ?? .via }
    static var frameOptions: HTTPField.Name { HTTPField.Name("X-Frame-Options") ?? .via }
}
