import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation

/// The shop and the sandbox that the judges look at, one for each provider: it adds to a checkout all that it can.
actor Counters {
    static let shared = Counters()

    private var counters: [PaymentSandbox.Provider: SampleShop] = [:]

    func set(_ counter: SampleShop, at provider: PaymentSandbox.Provider) { counters[provider] = counter }

    func counter(at provider: PaymentSandbox.Provider) throws -> SampleShop {
        guard let counter = counters[provider] else { throw InvalidInput("no counter was opened") }
        return counter
    }
}

/// What is to be done at the counter.
struct CounterRequest: Decodable {
    /// What a pack costs.
    var minorUnits: Int64?
    var currency: String?
    /// A request of the provider's own client.
    var method: String?
    var path: String?
    var query: String?
    /// What people and banks do, and at which checkout.
    var checkout: String?
    var act: SandboxAct.Kind?
    var object: String?
    var amount: Int64?
    /// What another business sells, and what its customer types.
    var foreign: SandboxForeign?
    var typed: String?
}

extension SandboxAct.Kind: Decodable {}
extension SandboxForeign: Decodable {}

extension Request {
    /// Opens a shop for packs of 100 at this price, with a tax of 20 percent on top, coupons and a second currency.
    func openCounter() async throws -> Answer {
        var offers = SandboxOffers()
        offers.coupons = SampleShop.coupons
        offers.currencies = ["pack_1": [Money(minorUnits: 900, currency: "EUR")]]
        let counter = try SampleShop(
            provider,
            price: Money(minorUnits: counter.minorUnits ?? 1000, currency: counter.currency ?? "USD"),
            taxPercent: 20,
            offers: offers,
            stripe: Stripe.CheckoutOptions(automaticTax: true, keepsCustomers: true, discounts: .promotionCodes),
            dodo: Dodo.CheckoutOptions(keepsCustomers: true, discounts: .codes),
            clock: ManualClock(now: now)
        )
        await Counters.shared.set(counter, at: provider)
        return Answer(outcome: Answer.Outcome())
    }

    func answerClient() async throws -> Answer {
        let sandbox = try await Counters.shared.counter(at: provider).sandbox
        let reply = sandbox.answer(
            SandboxRequest(
                method: counter.method ?? "GET",
                path: counter.path ?? "/",
                query: counter.query ?? "",
                headers: headers.map { (name: $0, value: $1) },
                body: body
            )
        )
        return Answer(reply: reply)
    }

    func sell() async throws -> Answer {
        let opened = try await Counters.shared.counter(at: provider).open()
        return Answer(outcome: Answer.Outcome(checkout: opened.id, purchase: opened.purchase.rawValue))
    }

    func act() async throws -> Answer {
        let shop = try await Counters.shared.counter(at: provider)
        guard let checkout = counter.checkout, let kind = counter.act else { throw InvalidInput("no act") }
        let object = counter.object ?? ""
        let act: SandboxAct =
            switch kind {
            case .enterCode: .enterCode(object)
            case .payLocally: .payLocally(object)
            case .pay: .pay
            case .expire: .expire
            case .refund: .refund(counter.amount)
            case .dispute: .dispute(counter.amount)
            case .withdrawFunds: .withdrawFunds(object)
            case .reinstateFunds: .reinstateFunds(object, counter.amount)
            case .lose: .lose(object)
            default: throw InvalidInput("the judges have no \(kind) at the counter")
            }
        try shop.perform(act, on: checkout)
        return Answer(outcome: Answer.Outcome())
    }

    func addForeign() async throws -> Answer {
        let sandbox = try await Counters.shared.counter(at: provider).sandbox
        guard let foreign = counter.foreign else { throw InvalidInput("nothing of another business's") }
        let checkout = sandbox.addForeign(foreign, typed: counter.typed ?? "")
        return Answer(outcome: Answer.Outcome(checkout: checkout))
    }

    /// Hands all webhooks that wait to the shop.
    func deliver() async throws -> Answer {
        let shop = try await Counters.shared.counter(at: provider)
        let refused = await shop.deliver().count
        let flagged = try await shop.ledger.inbox(.state(.flagged, count: 100)).count
        let purchases = try await shop.ledger.purchases(.flagged(count: 100)).count
        let notOurs = try await shop.ledger.inbox(.state(.notOurs, count: 1000)).count
        return Answer(
            outcome: Answer.Outcome(
                credits: shop.ledger.credits(of: SampleShop.account).rawValue,
                unsettled: refused + flagged + purchases,
                notOurs: notOurs
            )
        )
    }
}
