import Faregate
import Hummingbird

/// The context of every request, with or without a session.
struct AppContext: RequestContext {
    static let maxBodyByteCount = 1 << 20

    var coreContext: CoreRequestContextStorage
    /// The account of the session; nil if there is no valid session.
    var account: AccountID?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    var maxUploadSize: Int { Self.maxBodyByteCount }
}

/// The context of a request with a session.
struct SignedInContext: ChildRequestContext, AccountRequestContext {
    var coreContext: CoreRequestContextStorage
    let account: AccountID

    /// - Throws: ``NotSignedIn`` if there is no valid session.
    init(context: AppContext) throws {
        guard let account = context.account else { throw NotSignedIn() }
        coreContext = context.coreContext
        self.account = account
    }

    var maxUploadSize: Int { AppContext.maxBodyByteCount }
}

/// The request needs a session and has no valid one.
struct NotSignedIn: ProblemConvertible {
    var problem: Problem {
        Problem(
            status: 401,
            title: "Not signed in",
            detail: "sign in first: POST /api/session, then send the cookie or \"Authorization: Bearer <token>\"",
            headers: [("WWW-Authenticate", "Bearer realm=\"generate-server\"")]
        )
    }
}
