public import Faregate

extension Payments {
    /// Why a payment could not be looked after, in words for the people who run the server; ``problem`` has those for the
    /// customer. Never holds an API key.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Failure: Error, Sendable {
        /// No provider of this name is set up.
        case unknownProvider(String)
        /// The provider did not answer as it should.
        case provider(ProviderKit.Failure)
        /// The ledger is out of reach.
        case ledger(LedgerError)
    }
}

extension Payments.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownProvider(let name): "no payment provider \"\(name.prefix(64))\" is set up"
        case .provider(let error): error.description
        case .ledger(let error): error.description
        }
    }
}

extension Payments.Failure: ProblemConvertible {
    /// The error as an HTTP answer for the customer: what the provider or the ledger said stays on the server.
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
                "the payment provider can't say just now how this payment stands; if it was made, it isn't lost",
                headers: [("Retry-After", "5")]
            )
        case .ledger:
            Problem(
                503,
                "ledger-unavailable",
                "Ledger out of reach",
                "this payment can't be looked up just now; if it was made, it isn't lost",
                headers: [("Retry-After", "1")]
            )
        }
    }
}
