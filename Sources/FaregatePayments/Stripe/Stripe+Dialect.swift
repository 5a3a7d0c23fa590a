import Faregate
import Foundation

extension ProviderDialect {
    /// The dialect of Stripe's API.
    ///
    /// [Stripe: errors](https://docs.stripe.com/api/errors),
    /// [low-level error handling](https://docs.stripe.com/error-low-level)
    static let stripe = ProviderDialect(
        provider: "Stripe",
        // Answers have this version's form, whatever the account's own version is.
        headers: [("Stripe-Version", "2026-10-28.endive")],
        requestIDHeader: "Request-Id",
        shouldRetryHeader: "Stripe-Should-Retry"
    ) { body in
        guard let error = try? JSONDecoder().decode(StripeErrorAnswer.self, from: body).error else { return nil }
        return ProviderWords(code: error.code ?? error.type, message: error.message, param: error.param)
    }
}

private struct StripeErrorAnswer: Decodable {
    struct Details: Decodable {
        let type: String?
        let code: String?
        let message: String?
        let param: String?
    }

    let error: Details
}
