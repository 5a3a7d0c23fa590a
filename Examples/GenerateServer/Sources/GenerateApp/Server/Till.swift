import Faregate
import FaregatePayments
import Foundation

/// Takes the money: at Stripe, or in the sandbox that speaks like it. The shop's side is the same for both.
struct Till {
    let checkout: StripeCheckout
    let webhooks: StripeWebhooks
    /// There is none where a Stripe key is set: credits could be had for nothing.
    let sandbox: SandboxRoutes?

    init(
        _ settings: Settings,
        ledger: any FormerPurchaseLedger,
        policies: any PolicySource,
        clock: any WallClock,
        events: EventLog
    ) throws {
        let (key, secrets, baseURL, isLive) = try settings.account
        checkout = StripeCheckout(key: key, baseURL: baseURL, ledger: ledger, policies: policies, clock: clock)
        webhooks = StripeWebhooks(
            secrets: secrets,
            ledger: ledger,
            livemode: isLive,
            clock: clock,
            observer: events.observe
        )
        sandbox = try SandboxRoutes(settings, policies: policies, clock: clock)
    }
}

extension Settings {
    fileprivate var account: (key: Secret, webhookSecrets: [Secret], baseURL: URL, isLive: Bool) {
        get throws {
            switch payments {
            case .stripe(let key, let secrets, let baseURL, let isLive):
                return (key, secrets, baseURL ?? StripeCheckout.defaultBaseURL, isLive)
            case .sandbox(let key, let webhookSecret):
                guard let baseURL = URL(string: "\(origin)/sandbox/stripe") else { throw InvalidInput("HOST_URL") }
                return (try Secret(key), [try Secret(webhookSecret)], baseURL, false)
            }
        }
    }
}

extension SandboxRoutes {
    fileprivate init?(_ settings: Settings, policies: any PolicySource, clock: any WallClock) throws {
        guard
            case .sandbox(let key, let webhookSecret) = settings.payments,
            let endpoint = URL(string: "\(settings.origin)/api/payments/stripe/webhook")
        else { return nil }
        sandbox = SandboxStripe(key: key, origin: settings.origin, policies: policies, clock: clock)
        courier = WebhookCourier(endpoint: endpoint, secret: try Secret(webhookSecret), clock: clock)
    }
}
