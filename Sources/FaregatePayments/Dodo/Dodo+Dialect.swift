import Faregate
import Foundation

extension ProviderDialect {
    /// The dialect of Dodo's API, whose errors are `{"code","message"}`.
    ///
    /// [Dodo Payments: error codes](https://docs.dodopayments.com/api-reference/error-codes)
    static let dodo = ProviderDialect(provider: "Dodo Payments", requestIDHeader: "x-request-id") { body in
        guard let error = ProviderObject(parsing: body) else { return nil }
        return ProviderWords(code: error.text("code"), message: error.text("message"))
    }
}
