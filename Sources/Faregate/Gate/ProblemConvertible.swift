/// An error that says what its caller is told.
///
/// Every error of Faregate that a caller can do something about is one. Let an error of your own be one too, and
/// ``Problem/init(_:)`` renders it like the others.
public protocol ProblemConvertible: Error {
    /// The error as an HTTP answer. It holds nothing that a stranger must not read: no path, no secret, no SQL.
    var problem: Problem { get }
}

extension Problem {
    /// Any error as an HTTP answer.
    ///
    /// A ``ProblemConvertible`` error renders itself. A cancelled task becomes a 503. Everything else becomes a 500 that
    /// says nothing of the error: log the error itself, which may hold paths and statements.
    public init(_ error: any Error) {
        switch error {
        case let error as any ProblemConvertible: self = error.problem
        case is CancellationError:
            self.init(503, "cancelled", "Cancelled", "the call was cancelled before it was finished")
        default: self = .internalServerError
        }
    }

    /// 500: says nothing of what happened.
    static let internalServerError = Problem(
        status: 500,
        title: "Internal server error",
        detail: "something went wrong on the server"
    )

    /// A problem of one of Faregate's own kinds.
    package init(
        _ status: Int,
        _ kind: String,
        _ title: String,
        _ detail: String,
        members: [String: Value] = [:],
        headers: [(name: String, value: String)] = []
    ) {
        self.init(
            status: status,
            type: "urn:faregate:problem:\(kind)",
            title: title,
            detail: detail,
            members: members,
            headers: headers
        )
    }
}
