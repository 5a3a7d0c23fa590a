import Faregate
import Hummingbird

/// Shows browsers a page for an error such as 404. The API answers with problem documents only.
struct PageErrors: RouterMiddleware {
    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch  where request.wantsPage {
            let problem = Problem(error, answering: request, logger: context.logger)
            return .page(ErrorPage(problem: problem).html, status: HTTPResponse.Status(code: problem.status))
        }
    }
}

private struct ErrorPage {
    let problem: Problem

    var html: HTML {
        Layout(title: problem.title).page(
            """
            <section>
            <p class="eyebrow">\(problem.status)</p>
            <h1>\(problem.status == 404 ? "There is nothing here" : problem.title)</h1>
            <p class="lead">\(problem.status == 404 ? "The address may be old, or misspelt." : problem.detail)</p>
            <p><a href="/">To the start</a></p>
            </section>
            """
        )
    }
}

extension Request {
    fileprivate var wantsPage: Bool {
        let isPage = !uri.path.hasPrefix("/api/") && !uri.path.hasPrefix("/sandbox/")
        return isPage && method == .get && headers[.accept]?.contains("text/html") == true
    }
}
