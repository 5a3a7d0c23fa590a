import Faregate
import Hummingbird

/// The routes of the demo login: a name is enough to sign in. A real server has its own sign-in here, because Faregate
/// needs only an ``AccountID``.
struct SessionRoutes {
    let tokens: SessionTokens
    let gate: Gate
    let isSecure: Bool
    let login: Settings.DemoLogin

    private struct Login: Decodable, KnownMembers {
        static let memberNames = ["user"]
        let user: String
    }

    private struct Answer: Encodable {
        let account: AccountID
        let token: String
        let expiresInSeconds: Int64
    }

    func add(to router: some RouterMethods<AppContext>) {
        router.post("/api/session", use: signIn)
        router.delete("/api/session", use: signOut)
    }

    @Sendable private func signIn(_ request: Request, _ context: AppContext) async throws -> Response {
        if let explanation = login.explanation {
            throw HTTPError(.forbidden, message: "the demo login is off: \(explanation)")
        }
        let form = try Login(json: try await request.bytes(upTo: context.maxUploadSize))
        let account = try AccountID(form.user)
        // This opens the account, so that its opening credits show at once.
        _ = try await gate.balance(of: account)
        let token = try tokens.token(for: account)
        let lifetime = SessionTokens.lifetime.components.seconds
        var response = try Response.json(Answer(account: account, token: token, expiresInSeconds: lifetime))
        response.setCookie(cookie(token, maxAge: Int(lifetime)))
        return response
    }

    @Sendable private func signOut(_ request: Request, _ context: AppContext) async throws -> Response {
        var response = Response(status: .noContent)
        response.setCookie(cookie("", maxAge: 0))
        return response
    }

    private func cookie(_ token: String, maxAge: Int) -> Cookie {
        Cookie(
            name: SessionMiddleware.cookieName,
            value: token,
            maxAge: maxAge,
            path: "/",
            secure: isSecure,
            httpOnly: true,
            sameSite: .lax
        )
    }
}
