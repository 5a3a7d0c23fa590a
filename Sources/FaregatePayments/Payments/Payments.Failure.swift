public import Faregate

extension Payments {
    /// Why a payment could not be looked up, in words for the people who run the server; ``problem`` has words for the
    /// customer. Never holds an API key.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Failure: Error, Sendable {
        /// No provider of this name is set up.
        case unknownProvider(String)
        /// The provider could not be asked, or its answer was unusable.
        case provider(ProviderKit.Failure)
        /// The ledger is out of reach.
        case ledger(LedgerError)
    }
}

extension Payments.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownProvider(let name): "no payment provider \(quoted(name)) is set up"
        case .provider(let error): error.description
        case .ledger(let error): error.description
        }
    }
}

extension Payments.Failure: ProblemConvertible {
    /// The error as an HTTP answer for the customer. The answer doesn't contain the provider's or the ledger's error
    /// text.
    public var problem: Problem {
        switch self {
        case .unknownProvider:
            Problem(
                404,
                "unknown-provider",
                "Unknown provider",
                "nothing is sold here through a payment provider of this name"
            )
        case .provider:
            Problem(
                502,
                "provider-unavailable",
                "Payment provider out of reach",
                "the state of this payment can't be looked up at the provider now; a payment that was made is not lost",
                headers: [("Retry-After", "5")]
            )
        case .ledger:
            Problem(
                503,
                "ledger-unavailable",
                "Ledger out of reach",
                "this payment can't be looked up now; a payment that was made is not lost",
                headers: [("Retry-After", "1")]
            )
        }
    }
}
