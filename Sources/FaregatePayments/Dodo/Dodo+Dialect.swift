import Faregate
import Foundation

extension ProviderDialect {
    /// How Dodo's API is spoken: `{"code","message"}` says what is wrong.
    ///
    /// [Dodo Payments: error codes](https://docs.dodopayments.com/api-reference/error-codes)
    static let dodo = ProviderDialect(provider: "Dodo Payments", requestIDHeader: "x-request-id") { body in
        guard let error = ProviderObject(parsing: body) else { return nil }
        return ProviderWords(code: error.text("code"), message: error.text("message"))
    }
}
