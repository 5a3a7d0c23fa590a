public import Faregate

extension ProviderKit {
    /// Why a provider did not do what it was asked, in words for the people who run the server. Never holds the API key.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Failure: Error, Sendable, Hashable {
        /// The server is not set up for it; the text says why.
        case misconfigured(String)
        /// The provider answered that it won't.
        case declined(ProviderKit.Decline)
        /// The provider can't be reached; the text says why.
        case unreachable(provider: String, String)
        /// The provider's answer is of no use; the text says what is amiss.
        case unusableAnswer(provider: String, String)
        /// The provider would charge another price than the policy's. The customer must not be sent there.
        case priceMismatch(policy: Money, provider: Money)
        /// The provider takes the customer's e-mail address for none.
        case invalidEmail(provider: String)
        /// The customer that the checkout is for is no longer at the provider.
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
        case .unusableAnswer(let provider, let reason): "\(provider)'s answer is of no use: \(reason)"
        case .priceMismatch(let policy, let provider):
            "it costs \(policy) in the policy, and \(provider) at the provider; make them the same"
        case .invalidEmail(let provider): "\(provider) takes the customer's e-mail address for none"
        case .unknownCustomer(let provider): "\(provider) knows no such customer any more"
        case .cancelled: "the request was cancelled"
        }
    }
}

extension ProviderKit.Failure: ProblemConvertible {
    /// 500 where this server is not set up, 503 where the request was cancelled, 422 for the customer's e-mail address,
    /// 502 otherwise. What the provider said stays on the server.
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
                "mail can't be sent to this e-mail address; look at it once more"
            )
        case .declined, .unreachable, .unusableAnswer, .priceMismatch, .unknownCustomer: .providerUnavailable
        }
    }
}

extension ProviderKit.TransportError: ProblemConvertible {
    /// 502: why there is no answer stays on the server.
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
