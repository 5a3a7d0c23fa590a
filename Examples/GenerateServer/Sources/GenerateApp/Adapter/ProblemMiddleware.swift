import Faregate
import HTTPTypes
import Hummingbird
import Logging

/// Answers every error with a problem document (RFC 9457). Details of the server's own failures are logged, never sent.
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
    /// - Parameter logger: logs a 500 as an error, higher statuses as warnings, and broken bodies for debugging.
    init(_ error: any Error, answering request: Request, logger: Logger) {
        self.init(answering: error)
        guard status >= 500 || error is BrokenBody else { return }
        let level: Logger.Level = status == 500 ? .error : status > 500 ? .warning : .debug
        logger.log(level: level, "\(request.method) \(request.uri.path): \(status), \(error)")
    }

    /// Renders Hummingbird's own errors; ``Problem/init(_:)`` renders all others.
    private init(answering error: any Error) {
        switch error {
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
        default: self.init(error)
        }
    }
}
