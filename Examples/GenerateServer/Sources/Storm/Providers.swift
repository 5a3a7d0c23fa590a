import Faregate
import FaregateSandbox
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Sandboxes of both providers, on a port of their own, where the server under test calls their APIs.
struct Providers: Sendable {
    static let key = "sk_test_storm"
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    /// The credits and the price in cents of each product, by its id at the provider.
    static let goods = [
        "price_50": (50, 1000), "price_100": (100, 1800), "price_250": (250, 4000),
        "pdt_50": (50, 1000), "pdt_100": (100, 1800), "pdt_250": (250, 4000),
    ]

    private static var offers: SandboxOffers {
        var offers = SandboxOffers()
        offers.coupons = [
            SandboxOffers.Coupon(id: "quarter", code: "QUARTER", off: .percent(25)),
            SandboxOffers.Coupon(id: "all", code: "ALL", off: .percent(100)),
        ]
        return offers
    }

    let all: [PaymentSandbox]

    /// - Parameter seed: chooses the kind of events that report refunds at Stripe.
    init(seed: UInt64) throws {
        let families = PaymentSandbox.RefundEvents.allCases
        all = try PaymentSandbox.Provider.allCases.map { provider in
            try PaymentSandbox(
                provider,
                key: Secret(Providers.key),
                webhookSecret: Secret(Providers.secret),
                pages: "http://127.0.0.1/\(provider.rawValue)",
                taxPercent: 20,
                offers: Providers.offers,
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
        // The task is cancelled while connections are open.
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

    var waitingWebhooks: Int { all.reduce(0) { $0 + $1.waitingWebhooks } }

    /// Performs up to nine random acts on a checkout.
    func actAtRandom(_ sandbox: PaymentSandbox, _ checkout: String, _ random: inout SeededRandom) throws {
        for _ in 0..<Int.random(in: 0...9, using: &random) {
            guard var act = sandbox.acts(on: checkout).randomElement(using: &random) else { break }
            if let now = sandbox.checkout(checkout) { act.minorUnits = amount(of: act, now, &random) }
            try sandbox.perform(act, on: checkout)
            giveBackPart(sandbox, checkout, &random)
        }
        // Dodo sends no webhook about a pending refund.
        for act in sandbox.acts(on: checkout) where sandbox.provider == .dodo && act.kind == .completeRefund {
            try sandbox.perform(act, on: checkout)
        }
    }

    /// A random amount for a refund, sometimes exactly the tax.
    private func amount(of act: SandboxAct, _ now: SandboxCheckout, _ random: inout SeededRandom) -> Int64? {
        let total = now.total.minorUnits
        switch act.kind {
        case .refund, .refundLater:
            let left = total - (now.payment?.refundedMinorUnits ?? 0)
            let isOfTax = Int.random(in: 0..<3, using: &random) == 0 && (1...left).contains(now.tax)
            return isOfTax ? now.tax : Int64.random(in: 1...left, using: &random)
        // Banks can withdraw more than was paid.
        case .dispute, .warn: return Int64.random(in: 1...2 * total, using: &random)
        default: return act.minorUnits
        }
    }

    /// Stripe reinstates a part of a dispute's funds once, if the dispute is open or lost.
    private func giveBackPart(_ sandbox: PaymentSandbox, _ checkout: String, _ random: inout SeededRandom) {
        guard sandbox.provider == .stripe, Bool.random(using: &random),
            let dispute = sandbox.checkout(checkout)?.payment?.disputes.last(where: { $0.takenMinorUnits > 0 })
        else { return }
        let part = Int64.random(in: 1...dispute.takenMinorUnits, using: &random)
        // Funds are reinstated only once.
        try? sandbox.perform(.reinstateFunds(dispute.id, part), on: checkout)
    }
}
