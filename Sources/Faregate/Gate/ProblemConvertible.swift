/// An error that defines its own HTTP answer.
///
/// Every Faregate error that a caller can act on conforms. Conform your own errors too, and ``Problem/init(_:)``
/// renders them the same way.
public protocol ProblemConvertible: Error {
    /// The error as an HTTP answer. It must not contain anything that an outsider must not read, such as a path, a
    /// secret or SQL.
    var problem: Problem { get }
}

extension Problem {
    /// Renders any error as an HTTP answer.
    ///
    /// A ``ProblemConvertible`` error renders itself. A cancelled task becomes a 503. Any other error becomes a 500
    /// without details: log the error itself, which may contain paths and SQL statements.
    public init(_ error: any Error) {
        switch error {
        case let error as any ProblemConvertible: self = error.problem
        case is CancellationError:
            self.init(503, "cancelled", "Cancelled", "the call was cancelled before it was finished")
        default: self = .internalServerError
        }
    }

    /// 500, without details.
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
