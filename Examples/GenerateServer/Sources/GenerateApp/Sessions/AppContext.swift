import Faregate
import Hummingbird

/// Every request of this server, signed in or not.
struct AppContext: RequestContext {
    static let maxBodyByteCount = 1 << 20

    var coreContext: CoreRequestContextStorage
    /// Who sends the request, when a valid session says so.
    var account: AccountID?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    var maxUploadSize: Int { Self.maxBodyByteCount }
}

/// A request of somebody who is signed in.
struct SignedInContext: ChildRequestContext, AccountRequestContext {
    var coreContext: CoreRequestContextStorage
    let account: AccountID

    /// - Throws: ``NotSignedIn`` where there is no valid session.
    init(context: AppContext) throws {
        guard let account = context.account else { throw NotSignedIn() }
        coreContext = context.coreContext
        self.account = account
    }

    var maxUploadSize: Int { AppContext.maxBodyByteCount }
}

/// The request needs a session, and has none that is valid.
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
