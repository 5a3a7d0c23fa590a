import Faregate
import FaregatePayments
import FaregateSQLite
import FaregateSandbox
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The code of the guide "Selling credits", run as printed there. ``GuideTests`` finds each block of the guide here.
@Suite(.endsWhenStuck) struct SellingCreditsGuide {
    private enum Level { case error, info }

    private struct Response {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: Data
    }

    private let account: AccountID = "ana"
    private let policies = Policy(
        version: "1",
        calendar: WindowCalendar(timeZone: .gmt),
        actions: [:],
        packs: [
            "100": Policy.Pack(
                name: "100",
                credits: 100,
                price: Money(minorUnits: 1000, currency: "USD"),
                quantities: 1...1,
                products: ["stripe": "price_100"],
                location: Policy.Location(file: "policies/packs.jsonc", line: 1, column: 1)
            )
        ]
    )
    private let lines = Lines()

    private func log(_ level: Level, _ line: String) { lines.add("\(level): \(line)") }

    private func withLedger(_ body: (Ledger) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "guide-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try await Ledger.sqlite(folder.appending(path: "credits.faregate").path)
        try await body(ledger)
        await ledger.close()
    }

    private func observed(_ stripe: Stripe, _ ledger: Ledger) -> Payments {
        Payments(providers: [stripe], ledger: ledger, policies: policies) { event in
            log(event.needsPerson ? .error : .info, "\(event)")
        }
    }

    private func button(_ payments: Payments, pack: String, key: String) async throws -> Purchase.Checkout {
        let checkout = try await payments.checkout(
            pack: pack,
            for: account,
            provider: "stripe",
            successURL: "https://shop.example/thanks?purchase={PURCHASE_ID}",
            cancelURL: "https://shop.example/credits",
            requestKey: key
        )
        return checkout
    }

    private func webhook(
        _ payments: Payments, headers: [(name: String, value: String)], body: Data
    ) async -> Response {
        let answer = await payments.receive(provider: "stripe", headers: headers, body: body)
        return Response(status: answer.status, headers: answer.headers, body: answer.body)
    }

    private func page(_ payments: Payments, _ text: String) async throws -> Purchase.Record? {
        let record = try await payments.confirm(Purchase.ID(text), of: account)
        return record
    }

    @Test("The guide's checkout options are accepted")
    func options() throws {
        let key = try Secret("sk_test_1")
        let secret = try Secret("whsec_1")
        let stripe = Stripe(
            key: key,
            webhookSecrets: [secret],
            checkout: try Stripe.CheckoutOptions(
                automaticTax: true,
                keepsCustomers: true,
                discounts: .promotionCodes,
                sessionFields: ["submit_type": "pay"]
            )
        )
        #expect(stripe.allowsDiscounts && stripe.keepsCustomers)
    }

    @Test("An empty environment sets up no provider")
    func environment() async throws {
        try await withLedger { ledger in
            let stripe = try Stripe(environment: ProcessInfo.processInfo.environment)
            let payments = Payments(providers: [stripe], ledger: ledger, policies: policies) { event in
                log(event.needsPerson ? .error : .info, "\(event)")
            }
            #expect(await webhook(payments, headers: [], body: Data()).status == 500)
        }
    }

    private func standIn() throws -> (PaymentSandbox, Stripe) {
        let key = try Secret("sk_test_1")
        let secret = try Secret("whsec_1")
        var offers = SandboxOffers()
        offers.coupons = [SandboxOffers.Coupon(id: "launch", code: "LAUNCH", off: .percent(100))]
        let sandbox = try PaymentSandbox(
            .stripe, key: key, webhookSecret: secret, pages: "https://stripe.example", taxPercent: 20, offers: offers
        ) { product in
            product == "price_100" ? Money(minorUnits: 1000, currency: "USD") : nil
        }
        let stripe = Stripe(
            key: key,
            webhookSecrets: [secret],
            checkout: try Stripe.CheckoutOptions(automaticTax: true, discounts: .promotionCodes),
            transport: SandboxTransport(sandbox)
        )
        return (sandbox, stripe)
    }

    @Test("A shop made of the guide's blocks sells, and its own tests end as the guide says")
    func ownTests() async throws {
        try await withLedger { ledger in
            let (sandbox, stripe) = try standIn()
            let payments = observed(stripe, ledger)
            let gate = Gate(ledger: ledger, policies: policies)
            let checkout = try await button(payments, pack: "100", key: "1")
            #expect(try await button(payments, pack: "100", key: "1").id == checkout.id)
            try sandbox.perform(.pay, on: checkout.id)
            try sandbox.perform(.refund(600), on: checkout.id)
            while let webhook = sandbox.nextWebhook() {
                let answer = await payments.receive(provider: "stripe", headers: webhook.headers, body: webhook.body)
                #expect(answer.status == 200)
            }
            #expect(try await gate.balance(of: account).remaining == 50)
        }
    }

    @Test("A code for the whole price grants the credits, and the page after the payment needs no webhook")
    func codeAndPage() async throws {
        try await withLedger { ledger in
            let (sandbox, stripe) = try standIn()
            let payments = observed(stripe, ledger)
            let checkout = try await button(payments, pack: "100", key: "1")
            try sandbox.perform(.enterCode("LAUNCH"), on: checkout.id)
            try sandbox.perform(.pay, on: checkout.id)
            sandbox.loseWebhooks()
            let record = try #require(await page(payments, checkout.purchase.rawValue))
            #expect(record.position.credits == 100)
            let housekeeping = Task { await payments.run() }
            housekeeping.cancel()
            await housekeeping.value
        }
    }

    @Test("A payment of another amount waits, is logged as an error, and counts once a person approves it")
    func anotherAmount() async throws {
        try await withLedger { ledger in
            let (sandbox, stripe) = try standIn()
            let payments = observed(stripe, ledger)
            let checkout = try await button(payments, pack: "100", key: "1")
            let price = Money(minorUnits: 700, currency: "USD")
            try sandbox.fillCart(of: checkout.id, with: "price_100", price: price)
            try sandbox.perform(.pay, on: checkout.id)
            while let sent = sandbox.nextWebhook() {
                #expect(await webhook(payments, headers: sent.headers, body: sent.body).status == 200)
            }
            let errors = lines.all.filter { $0.hasPrefix("error: ") }
            #expect(errors.count == 1)
            let words = "a person must decide: \(checkout.purchase) of ana: held, 0 -> 0 credits, amount mismatch"
            #expect(errors.first?.contains(words) == true)
            let note = try Ledger.Note(by: "kim", reason: "agreed")
            let change = try await payments.decide(.approve, of: checkout.purchase, note)
            #expect(change?.after?.credits == 100)
        }
    }

    @Test("The log does not name who paid")
    func log() async throws {
        try await withLedger { ledger in
            let (sandbox, stripe) = try standIn()
            let payments = observed(stripe, ledger)
            let checkout = try await button(payments, pack: "100", key: "1")
            try sandbox.perform(.pay, on: checkout.id)
            let since = SystemClock().now.advanced(byMilliseconds: -3_600_000)
            let found = try await payments.reconcile(provider: "stripe", since: since, isRehearsal: false)
            let record = try #require(await page(payments, checkout.purchase.rawValue))
            let billing = try #require(record.billing)
            let email = try #require(billing.email)
            var dumped = ""
            dump(found, to: &dumped)
            dump(record, to: &dumped)
            let all =
                lines.all + ["\(found)", "\(Payments.Event.reconciled(found))", "\(record)", "\(billing)", dumped]
            #expect(all.allSatisfy { !$0.contains(email) && !$0.contains(billing.name ?? "nobody") })
            #expect("\(found)".hasPrefix("stripe, asked since \(since): orders 1, "))
        }
    }
}

final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
