public import Faregate

extension Payments {
    /// Why no checkout was opened, in words for the people who run the server; ``problem`` has words for the customer.
    /// Never holds the API key.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum CheckoutFailure: Error, Sendable {
        /// The policy in force has no such pack; `nearest` is a pack with a similar name, if there is one.
        case unknownPack(String, nearest: String?)
        /// No provider of this name is set up.
        case unknownProvider(String)
        /// The pack is not for sale at this provider: the policy has no product id for it there.
        case notForSale(pack: String, provider: String)
        /// The caller's input is invalid.
        case invalidInput(InvalidInput)
        /// The customer's e-mail address is invalid. The error doesn't repeat it.
        case invalidEmail
        /// The request key belongs to an open checkout of another pack or quantity.
        case keyReused
        /// The account has reached the maximum number of unpaid open checkouts.
        case tooManyOpen(retryAfter: Duration)
        /// The provider opened no checkout.
        case provider(pack: String, ProviderKit.Failure)
        /// The ledger is out of reach.
        case ledger(LedgerError)
    }
}

extension Payments.CheckoutFailure {
    /// Whether checkouts go on failing until a person changes the server's setup or the policy.
    var needsPerson: Bool {
        switch self {
        case .provider(_, .misconfigured), .provider(_, .priceMismatch): true
        case .provider(_, .declined(let decline)): decline.status < 500 && decline.status != 429
        default: false
        }
    }
}

extension Payments.CheckoutFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownPack(let pack, let nearest):
            "the policy has no pack \(quoted(pack))" + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
        case .notForSale(let pack, let provider):
            "the pack \"\(pack)\" is not for sale at \(provider); add its \(provider) id to the policy files"
        case .unknownProvider(let name): "no payment provider \(quoted(name)) is set up"
        case .invalidInput(let error): error.description
        case .invalidEmail: "the customer's e-mail address is invalid"
        case .keyReused: "the request key belongs to an open checkout of another pack or quantity; use a new key"
        case .tooManyOpen(let wait):
            "the account has begun \(Purchase.OpenCheckoutLimit.perAccount) checkouts without paying; the first of them "
                + "closes in \(wait.secondsRoundedUp) s"
        case .provider(let pack, let error): "no checkout of the pack \"\(pack)\" was opened: \(error)"
        case .ledger(let error): "the purchase could not be recorded: \(error)"
        }
    }
}

extension Payments.CheckoutFailure: ProblemConvertible {
    /// The error as an HTTP answer for the customer. The answer doesn't contain the provider's or the ledger's error
    /// text.
    public var problem: Problem {
        switch self {
        case .unknownPack:
            Problem(404, "unknown-pack", "Unknown pack", description)
        case .notForSale(let pack, _):
            Problem(404, "pack-not-for-sale", "Pack not for sale", "the pack \"\(pack)\" is not for sale here")
        case .unknownProvider:
            Problem(
                404,
                "unknown-provider",
                "Unknown provider",
                "nothing is sold here through a payment provider of this name"
            )
        case .invalidInput:
            Problem(400, "invalid-input", "Invalid input", description)
        case .invalidEmail:
            Problem(
                422,
                "invalid-email",
                "Invalid e-mail address",
                "this e-mail address is invalid; check its spelling"
            )
        case .keyReused:
            Problem(422, "key-reused", "Key reused for another request", description)
        case .tooManyOpen(let wait):
            Problem(
                429,
                "too-many-checkouts",
                "Too many open checkouts",
                "you have begun \(Purchase.OpenCheckoutLimit.perAccount) checkouts without paying; pay one of them, or wait "
                    + "until one closes",
                headers: [("Retry-After", "\(wait.secondsRoundedUp)")]
            )
        case .provider(_, .misconfigured):
            Problem(500, "checkout-not-set-up", "Checkout not set up", "nothing can be bought here yet")
        case .provider(let pack, .priceMismatch(let policy, let provider)):
            Problem(
                502,
                "price-mismatch",
                "Price mismatch",
                "the pack \"\(pack)\" costs \(policy) here, and \(provider) at the provider; nothing was charged"
            )
        case .provider(_, .cancelled):
            Problem(503, "checkout-cancelled", "Checkout cancelled", "the checkout was cancelled; nothing was charged")
        case .provider:
            Problem(
                502,
                "checkout-failed",
                "Checkout failed",
                "the payment provider opened no checkout; nothing was charged, try again in a moment"
            )
        case .ledger:
            Problem(
                503,
                "ledger-unavailable",
                "Ledger out of reach",
                "nothing can be bought just now; nothing was charged, try again in a moment",
                headers: [("Retry-After", "1")]
            )
        }
    }
}

extension Duration {
    /// The wait in whole seconds, 1 or more.
    fileprivate var secondsRoundedUp: Int64 {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return max(1, rest > 0 ? seconds + 1 : seconds)
    }
}
