import Faregate
import FaregatePayments
import Foundation
import HTTPTypes
import Hummingbird

/// The routes of the providers' webhooks. They need no session: a signature proves the sender.
struct WebhookRoutes {
    let payments: Payments

    func add(to router: some RouterMethods<AppContext>) {
        router.post("/api/payments/stripe/webhook") { request, _ in try await receive("stripe", request) }
        router.post("/api/payments/dodo/webhook") { request, _ in try await receive("dodo", request) }
    }

    private func receive(_ provider: String, _ request: Request) async throws -> Response {
        let headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        let body = Data(try await request.bytes(upTo: Payments.maxBodyBytes))
        return Response(await payments.receive(provider: provider, headers: headers, body: body))
    }
}

extension Response {
    init(_ answer: Payments.WebhookAnswer) {
        var headers = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        self.init(
            status: HTTPResponse.Status(code: answer.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }
}
