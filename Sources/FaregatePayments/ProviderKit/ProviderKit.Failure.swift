public import Faregate

extension ProviderKit {
    /// Why a request to a provider failed, in words for the people who run the server. Never holds the API key.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Failure: Error, Sendable, Hashable {
        /// The server is not set up for the request; the text says why.
        case misconfigured(String)
        /// The provider refused the request.
        case declined(ProviderKit.Decline)
        /// The provider can't be reached; the text says why.
        case unreachable(provider: String, String)
        /// The provider's answer is unusable; the text says why.
        case unusableAnswer(provider: String, String)
        /// The provider's price differs from the policy's. The customer must not be sent there.
        case priceMismatch(policy: Money, provider: Money)
        /// The provider refuses the customer's e-mail address.
        case invalidEmail(provider: String)
        /// The provider no longer has the checkout's customer.
        case unknownCustomer(provider: String)
        /// The task was cancelled.
        case cancelled
    }
}

extension ProviderKit.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .misconfigured(let reason): reason
        case .declined(let failure): failure.description
        case .unreachable(let provider, let reason): "\(provider) can't be reached: \(reason)"
        case .unusableAnswer(let provider, let reason): "\(provider)'s answer is unusable: \(reason)"
        case .priceMismatch(let policy, let provider):
            "it costs \(policy) in the policy, and \(provider) at the provider; make them the same"
        case .invalidEmail(let provider): "\(provider) refuses the customer's e-mail address"
        case .unknownCustomer(let provider): "\(provider) no longer has this customer"
        case .cancelled: "the request was cancelled"
        }
    }
}

extension ProviderKit.Failure: ProblemConvertible {
    /// 500 if this server is not set up, 503 if the request was cancelled, 422 for the customer's e-mail address, 502
    /// otherwise. The answer doesn't contain the provider's error text.
    public var problem: Problem {
        switch self {
        case .misconfigured:
            Problem(500, "payments-not-set-up", "Payments not set up", "nothing can be bought here yet")
        case .cancelled: Problem(CancellationError())
        case .invalidEmail:
            Problem(
                422,
                "invalid-email",
                "Invalid e-mail address",
                "this e-mail address is invalid; check its spelling"
            )
        case .declined, .unreachable, .unusableAnswer, .priceMismatch, .unknownCustomer: .providerUnavailable
        }
    }
}

extension ProviderKit.TransportError: ProblemConvertible {
    /// 502. The answer doesn't contain the reason.
    public var problem: Problem { .providerUnavailable }
}

extension Problem {
    fileprivate static var providerUnavailable: Problem {
        Problem(
            502,
            "provider-unavailable",
            "Payment provider out of reach",
            "the payment provider gave no usable answer; try again in a moment",
            headers: [("Retry-After", "5")]
        )
    }
}
