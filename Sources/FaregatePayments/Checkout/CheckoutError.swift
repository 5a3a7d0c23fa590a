public import Faregate

/// Why no checkout was opened, in words for the people who run the server; ``problem`` has those for the customer.
/// Never holds the API key.
public enum CheckoutError: Error, Sendable {
    /// The policy in force has no such pack; `nearest` is the one with the most similar name, if one is similar.
    case unknownPack(String, nearest: String?)
    /// The provider doesn't sell this pack: the policy names no price of it there.
    case notForSale(pack: String, provider: String)
    /// What the caller handed in can't be taken.
    case invalidInput(InvalidInput)
    /// The server is not set up to open checkouts; the text says why.
    case misconfigured(String)
    /// The provider would charge another price than the policy's. The customer must not be sent there.
    case priceMismatch(pack: String, policy: Money, provider: Money)
    /// The provider answered that it won't.
    case declined(ProviderFailure)
    /// The provider can't be reached; the text says why.
    case unreachable(provider: String, String)
    /// The provider's answer is not one of a checkout; the text says what is amiss.
    case unusableAnswer(provider: String, String)
    /// The ledger is out of reach.
    case ledger(LedgerError)
    /// The task was cancelled.
    case cancelled
}

/// A payment provider's refusal, in its own words.
public struct ProviderFailure: Sendable, Hashable, CustomStringConvertible {
    public let provider: String
    public let status: Int
    /// What the provider says, shortened; nil where that could tell part of the key, or nothing was said.
    public let message: String?
    /// The provider's name for the error, `resource_missing`.
    public let code: String?
    /// By which the provider's support finds the request.
    public let requestID: String?

    public init(provider: String, status: Int, message: String?, code: String?, requestID: String?) {
        self.provider = provider
        self.status = status
        self.message = message
        self.code = code
        self.requestID = requestID
    }

    public var description: String {
        let marks = ["status \(status)", code, requestID.map { "request \($0)" }].compactMap(\.self)
        return "\(provider) opened no checkout: \(words) (\(marks.joined(separator: ", ")))"
    }

    private var words: String {
        switch status {
        case 401: "it does not know the API key; look at the key and its mode"
        case 403: "the API key may not open checkouts; give it that permission"
        default: message.map { "\"\($0)\"" } ?? "it gave no reason"
        }
    }
}

extension CheckoutError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownPack(let pack, let nearest):
            "the policy has no pack \"\(pack.prefix(64))\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
        case .notForSale(let pack, let provider):
            "the pack \"\(pack)\" is not for sale at \(provider); name its price there in the policy files"
        case .invalidInput(let error): error.description
        case .misconfigured(let reason): reason
        case .priceMismatch(let pack, let policy, let provider):
            "the pack \"\(pack)\" costs \(policy) in the policy, and \(provider) at the provider; make them the same"
        case .declined(let failure): failure.description
        case .unreachable(let provider, let reason): "\(provider) can't be reached: \(reason)"
        case .unusableAnswer(let provider, let reason): "\(provider)'s answer is of no use: \(reason)"
        case .ledger(let error): "the purchase could not be recorded: \(error)"
        case .cancelled: "the checkout was cancelled"
        }
    }
}

extension CheckoutError {
    /// The error as an HTTP answer for the customer: what the provider or the ledger said stays on the server.
    public var problem: Problem {
        switch self {
        case .unknownPack:
            problem(404, "unknown-pack", "Unknown pack", description)
        case .notForSale(let pack, _):
            problem(404, "pack-not-for-sale", "Pack not for sale", "the pack \"\(pack)\" is not for sale here")
        case .invalidInput:
            problem(400, "invalid-input", "Invalid input", description)
        case .misconfigured:
            problem(500, "checkout-not-set-up", "Checkout not set up", "nothing can be bought here yet")
        case .priceMismatch:
            problem(502, "price-mismatch", "Price mismatch", "\(description); nothing was charged")
        case .declined, .unreachable, .unusableAnswer:
            problem(
                502,
                "checkout-failed",
                "Checkout failed",
                "the payment provider opened no checkout; nothing was charged, try again in a moment"
            )
        case .cancelled:
            problem(503, "checkout-cancelled", "Checkout cancelled", "the checkout was cancelled; nothing was charged")
        case .ledger:
            problem(
                503,
                "ledger-unavailable",
                "Ledger out of reach",
                "nothing can be bought just now; nothing was charged, try again in a moment",
                headers: [("Retry-After", "1")]
            )
        }
    }

    private func problem(
        _ status: Int,
        _ type: String,
        _ title: String,
        _ detail: String,
        headers: [(name: String, value: String)] = []
    ) -> Problem {
        Problem(
            status: status,
            type: "urn:faregate:problem:\(type)",
            title: title,
            detail: detail,
            headers: headers
        )
    }
}
