import Faregate
import FaregatePayments
import HTTPTypes
import Hummingbird
import Logging

/// An error that knows how to tell a client what is the matter.
protocol ProblemConvertible: Error {
    var problem: Problem { get }
}

/// Answers every error with a problem document (RFC 9457). What went wrong inside is logged, never sent.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return Response(Problem(error, answering: request, logger: context.logger))
        }
    }
}

extension Response {
    init(_ problem: Problem) {
        var headers: HTTPFields = [.contentType: Problem.contentType, .cacheControl: "no-store"]
        for (name, value) in problem.headers {
            guard let name = HTTPField.Name(name) else { continue }
            headers[name] = value
        }
        self.init(
            status: HTTPResponse.Status(code: problem.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: problem.body))
        )
    }
}

extension Problem {
    /// - Parameter logger: gets an error for what is the server's fault, and a debug line for a body that broke off.
    init(_ error: any Error, answering request: Request, logger: Logger) {
        self.init(error)
        guard status >= 500 || error is BrokenBody else { return }
        let level: Logger.Level = status == 500 ? .error : status > 500 ? .warning : .debug
        logger.log(level: level, "\(request.method) \(request.uri.path): \(status), \(error)")
    }

    init(_ error: any Error) {
        switch error {
        case let error as Refusal: self = error.problem
        case let error as any ProblemConvertible: self = error.problem
        case let error as CheckoutError: self = error.problem
        case let error as PaymentsError: self = error.problem
        case let error as InvalidInput:
            self.init(
                status: 400,
                type: "urn:faregate:problem:invalid-input",
                title: "Invalid input",
                detail: error.description
            )
        case let error as UnknownAction:
            self.init(
                status: 404,
                type: "urn:faregate:problem:unknown-action",
                title: "Unknown action",
                detail: error.description
            )
        case let error as TimedOut:
            self.init(
                status: 504,
                type: "urn:faregate:problem:timed-out",
                title: "Timed out",
                detail: error.description
            )
        case is LedgerError:
            self.init(
                status: 503,
                type: "urn:faregate:problem:ledger-unavailable",
                title: "Ledger out of reach",
                detail: "credits can't be looked up just now; try again in a moment",
                headers: [("Retry-After", "1")]
            )
        case let error as HTTPError:
            self.init(
                status: error.status.code,
                title: error.status.reasonPhrase,
                detail: error.body ?? error.status.reasonPhrase,
                headers: error.headers.map { ($0.name.rawName, $0.value) }
            )
        case let error as any HTTPResponseError where error.status == .contentTooLarge:
            self.init(status: 413, title: "Content too large", detail: "the body is longer than this server takes")
        case let error as any HTTPResponseError:
            self.init(status: error.status.code, title: error.status.reasonPhrase, detail: error.status.reasonPhrase)
        case is CancellationError:
            self.init(status: 503, title: "Cancelled", detail: "the call was cancelled; it costs nothing")
        default:
            self.init(
                status: 500,
                title: "Internal server error",
                detail: "something went wrong on the server; you were not charged"
            )
        }
    }
}
