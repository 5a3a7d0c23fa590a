import Faregate
import FaregatePayments
import FaregateSandbox
import Foundation

/// The payment providers that customers can pay at: the real ones, or sandboxes on this server that speak their API.
/// The shop uses both in the same way.
struct PaymentsSetup {
    let payments: Payments
    /// The names of the providers where customers can pay.
    let sellers: [String]
    /// Nil if the key of a real provider is set, because a sandbox beside it would give credits away.
    let sandboxes: SandboxProviders?

    init(
        _ settings: Settings,
        ledger: Ledger,
        policies: any Policy.Source,
        clock: any WallClock = SystemClock(),
        events: EventLog
    ) throws {
        let providers = try settings.providers(clock: clock)
        payments = Payments(
            providers: providers,
            ledger: ledger,
            policies: policies,
            clock: clock,
            observer: events.observe
        )
        sellers = providers.map(\.name)
        sandboxes = try settings.sandboxes(policies: policies, clock: clock)
    }
}

extension Settings {
    fileprivate func providers(clock: any WallClock) throws -> [any PaymentProvider] {
        switch accounts {
        case .providers(let sellers, let environment):
            return try sellers.map { seller -> any PaymentProvider in
                switch seller.name {
                case Dodo.name: try Dodo(environment: environment, clock: clock)
                default: try Stripe(environment: environment, clock: clock)
                }
            }
        case .sandbox(let account):
            let stripe = Stripe(
                key: account.key,
                webhookSecrets: [account.webhookSecret],
                checkout: try Stripe.CheckoutOptions(environment: account.environment),
                baseURL: try sandboxURL(.stripe),
                clock: clock
            )
            let dodo = try Dodo(
                key: account.key,
                webhookSecrets: [account.webhookSecret],
                checkout: try Dodo.CheckoutOptions(environment: account.environment),
                mode: .test,
                baseURL: try sandboxURL(.dodo),
                clock: clock
            )
            return [stripe, dodo]
        }
    }

    private func sandboxURL(_ provider: PaymentSandbox.Provider) throws -> URL {
        guard let url = URL(string: "\(origin)/sandbox/\(provider.rawValue)") else { throw InvalidInput("HOST_URL") }
        return url
    }

    fileprivate func sandboxes(policies: any Policy.Source, clock: any WallClock) throws -> SandboxProviders? {
        guard case .sandbox(let account) = accounts else { return nil }
        return SandboxProviders(
            all: try PaymentSandbox.Provider.allCases.map { provider in
                let sandbox = try PaymentSandbox(
                    provider,
                    key: account.key,
                    webhookSecret: account.webhookSecret,
                    pages: "\(origin)/sandbox/\(provider.rawValue)",
                    taxPercent: account.taxPercent,
                    offers: Self.sandboxOffers,
                    clock: clock
                ) { product in
                    policies.policy.packs.values.first { $0.products[provider.rawValue] == product }?.price
                }
                guard let endpoint = URL(string: "\(origin)/api/payments/\(provider.rawValue)/webhook") else {
                    throw InvalidInput("HOST_URL")
                }
                return SandboxProvider(
                    sandbox: sandbox,
                    courier: WebhookCourier(sandbox, endpoint: endpoint),
                    policies: policies
                )
            }
        )
    }

    private static var sandboxOffers: SandboxOffers {
        var offers = SandboxOffers()
        offers.coupons = [
            SandboxOffers.Coupon(id: "half", code: "HALF", off: .percent(50)),
            SandboxOffers.Coupon(id: "free", code: "FREE", off: .percent(100)),
        ]
        return offers
    }
}
