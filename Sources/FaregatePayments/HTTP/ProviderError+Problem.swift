public import Faregate

extension ProviderError: ProblemConvertible {
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

extension TransportError: ProblemConvertible {
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
