package import Faregate
package import FaregatePayments
package import FaregateSandbox
package import FaregateTesting
import Foundation

/// A shop with its own ledger and its own sandbox, which makes a sale through the real client.
package struct SampleShop: Sendable {
    package static let account: AccountID = "ana"
    package static let email = "ana@example.com"
    private static let product = "pack_1"
    /// Signs the webhooks of both providers.
    package static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    package static let coupons = [
        SandboxOffers.Coupon(id: "quarter", code: "QUARTER", off: .percent(25)),
        SandboxOffers.Coupon(id: "all", code: "ALL", off: .percent(100)),
    ]

    package let sandbox: PaymentSandbox
    package let payments: Payments
    package let provider: any PaymentProvider
    package let ledger = MemoryPurchases()
    package let clock: ManualClock

    /// - Parameters:
    ///   - kind: the provider that the sandbox imitates.
    ///   - price: the price of a pack of 100.
    ///   - taxPercent: the sandbox's tax rate.
    ///   - offers: the sandbox's offers; its product is `pack_1`.
    ///   - stripe: the shop's options at Stripe.
    ///   - dodo: the shop's options at Dodo.
    ///   - clock: the clock of the provider and the shop.
    package init(
        _ kind: PaymentSandbox.Provider,
        price: Money = Money(minorUnits: 1000, currency: "USD"),
        taxPercent: Int = 0,
        offers: SandboxOffers = SandboxOffers(),
        refundEvents: PaymentSandbox.RefundEvents = .perRefund,
        stripe: Stripe.CheckoutOptions = .plain,
        dodo: Dodo.CheckoutOptions = .plain,
        clock: ManualClock = ManualClock()
    ) throws {
        self.clock = clock
        let (secret, key) = (try Secret(SampleShop.secret), try Secret("sk_test_counter"))
        sandbox = try PaymentSandbox(
            kind,
            key: key,
            webhookSecret: secret,
            pages: "http://127.0.0.1:8080/sandbox",
            taxPercent: taxPercent,
            offers: offers,
            refundEvents: refundEvents,
            clock: clock
        ) { $0 == SampleShop.product ? price : nil }
        provider = try SampleShop.client(of: sandbox, key, secret, stripe, dodo, SteppingClock(clock))
        payments = Payments(
            providers: [provider],
            ledger: Ledger(purchases: ledger),
            policies: SampleShop.policy(price),
            clock: SteppingClock(clock)
        )
    }

    private static func client(
        of sandbox: PaymentSandbox,
        _ key: Secret,
        _ secret: Secret,
        _ stripe: Stripe.CheckoutOptions,
        _ dodo: Dodo.CheckoutOptions,
        _ clock: SteppingClock
    ) throws -> any PaymentProvider {
        let transport = SandboxTransport(sandbox)
        switch sandbox.provider {
        case .stripe:
            return Stripe(key: key, webhookSecrets: [secret], checkout: stripe, clock: clock, transport: transport)
        case .dodo:
            return try Dodo(
                key: key,
                webhookSecrets: [secret],
                checkout: dodo,
                mode: .test,
                clock: clock,
                transport: transport
            )
        }
    }

    private static func policy(_ price: Money) -> Policy {
        let pack = Policy.Pack(
            name: "100",
            credits: 100,
            price: price,
            quantities: 1...1000,
            products: ["stripe": product, "dodo": product],
            location: Policy.Location(file: "policies/packs.json", line: 1, column: 1)
        )
        return Policy(version: "policy-1", calendar: WindowCalendar(timeZone: .gmt), actions: [:], packs: ["100": pack])
    }

    package func open(
        quantity: Int = 1,
        for account: AccountID = SampleShop.account,
        email: String? = SampleShop.email
    ) async throws(Payments.CheckoutFailure) -> Purchase.Checkout {
        try await payments.checkout(
            pack: "100",
            quantity: quantity,
            for: account,
            provider: sandbox.provider.rawValue,
            successURL: "https://shop.example/thanks?purchase={PURCHASE_ID}",
            cancelURL: "https://shop.example/packs",
            customerEmail: email
        )
    }

    /// Performs the acts. An empty id means the latest refund or dispute.
    package func perform(_ acts: SandboxAct..., on checkout: String) throws {
        for act in acts {
            let payment = sandbox.checkout(checkout)?.payment
            let latest = act.isOfRefund ? payment?.refunds.last?.id : payment?.disputes.last?.id
            try sandbox.perform(act.object == "" ? act.about(latest ?? "") : act, on: checkout)
        }
    }

    /// Delivers every waiting webhook to the shop.
    ///
    /// - Returns: the webhooks that were not answered with 200.
    @discardableResult
    package func deliver() async -> [SandboxWebhook] {
        var refused: [SandboxWebhook] = []
        while let webhook = sandbox.nextWebhook() {
            let answer = await payments.receive(
                provider: sandbox.provider.rawValue,
                headers: webhook.headers,
                body: webhook.body
            )
            if answer.status != 200 { refused.append(webhook) }
        }
        return refused
    }

    package func record(_ purchase: Purchase.ID) async throws -> Purchase.Record? {
        try await ledger.purchases(.one(purchase)).first
    }
}

extension SandboxAct {
    fileprivate var isOfRefund: Bool { [.completeRefund, .failRefund, .cancelRefund].contains(kind) }
}
