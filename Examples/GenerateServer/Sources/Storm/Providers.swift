import Faregate
import FaregateTesting
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Both providers, on a port of their own: the server under test finds their APIs there, and survives nothing of them.
struct Providers: Sendable {
    static let key = "sk_test_storm"
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    /// What is sold, by its id at each provider: credits and cents.
    static let goods = [
        "price_50": (50, 1000), "price_100": (100, 1800), "price_250": (250, 4000),
        "pdt_50": (50, 1000), "pdt_100": (100, 1800), "pdt_250": (250, 4000),
    ]

    let all: [PaymentSandbox]

    /// - Parameter seed: says by which events Stripe tells of refunds.
    init(seed: UInt64) throws {
        let families = PaymentSandbox.RefundEvents.allCases
        all = try PaymentSandbox.Provider.allCases.map { provider in
            try PaymentSandbox(
                provider,
                key: Secret(Providers.key),
                webhookSecret: Secret(Providers.secret),
                pages: "http://127.0.0.1/\(provider.rawValue)",
                refundEvents: families[Int(seed % UInt64(families.count))]
            ) { Providers.goods[$0].map { Money(minorUnits: Int64($0.1), currency: "USD") } }
        }
    }

    /// Runs until the task is cancelled.
    func listen(port: Int) async throws {
        let router = Router()
        for sandbox in all {
            for method in [HTTPRequest.Method.get, .post] {
                router.on("/\(sandbox.provider.rawValue)/**", method: method) { request, _ in
                    try await Providers.answer(request, from: sandbox)
                }
            }
        }
        var logger = Logger(label: "providers")
        // It is ended in the midst of its connections.
        logger.logLevel = .critical
        let app = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            logger: logger
        )
        try await app.run()
    }

    private static func answer(_ request: Request, from sandbox: PaymentSandbox) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        let answer = sandbox.answer(
            SandboxRequest(
                method: request.method.rawValue,
                path: String(request.uri.path.dropFirst(sandbox.provider.rawValue.count + 1)),
                query: request.uri.query ?? "",
                headers: request.headers.map { (name: $0.name.rawName, value: $0.value) },
                body: Data(body.readableBytesView)
            )
        )
        return Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }

    /// Up to nine things that happen at a checkout.
    func live(_ sandbox: PaymentSandbox, _ checkout: String, _ random: inout SeededRandom) throws {
        for _ in 0..<Int.random(in: 0...9, using: &random) {
            guard var act = sandbox.acts(on: checkout).randomElement(using: &random) else { break }
            let now = sandbox.checkout(checkout)
            let total = now?.total.minorUnits ?? 1
            switch act.kind {
            case .refund, .refundLater:
                act.minorUnits = Int64.random(in: 1...total - (now?.payment?.refundedMinorUnits ?? 0), using: &random)
            // Banks can take more than was paid.
            case .dispute, .warn: act.minorUnits = Int64.random(in: 1...2 * total, using: &random)
            default: break
            }
            try sandbox.perform(act, on: checkout)
        }
        // No webhook of Dodo's tells of a refund that is not done yet.
        for act in sandbox.acts(on: checkout) where sandbox.provider == .dodo && act.kind == .completeRefund {
            try sandbox.perform(act, on: checkout)
        }
    }
}
