import Faregate
import FaregatePayments
import Foundation
import Testing

/// Texts that a body must never contain: a path, a secret, a statement.
private let planted = "/var/lib/shop/credits.faregate sk_live_PLANTED SELECT remaining FROM grants"

@Suite("The payments module's errors as HTTP answers")
struct PaymentsProblemTests {
    private static let failure = ProviderKit.Decline(
        provider: planted, status: 400, message: planted, code: planted, param: planted, requestID: planted
    )

    private static let providerErrors: [ProviderKit.Failure] = [
        .misconfigured(planted), .declined(failure), .unreachable(provider: planted, planted),
        .unusableAnswer(provider: planted, planted), .invalidEmail(provider: planted),
        .unknownCustomer(provider: planted), .cancelled,
    ]

    private static let ledgerError = LedgerError(.damaged, planted)

    private static let checkoutErrors: [Payments.CheckoutFailure] =
        providerErrors.map { .provider(pack: "100", $0) }
        + [.ledger(ledgerError), .unknownProvider(planted), .invalidEmail]

    private static let paymentsErrors: [Payments.Failure] =
        providerErrors.map { .provider($0) } + [.ledger(ledgerError), .unknownProvider(planted)]

    private static let others: [any Error] = [ProviderKit.TransportError(planted)]

    @Test("The words of a provider, a ledger or a connection stay on the server")
    func tellNothing() throws {
        let errors = Self.providerErrors as [any Error] + Self.checkoutErrors + Self.paymentsErrors + Self.others
        for error in errors {
            let problem = Problem(error)
            let body = try #require(String(data: problem.body, encoding: .utf8))
            for part in planted.split(separator: " ") {
                #expect(!body.contains(part), "\(error)")
                #expect(!problem.headers.contains { $0.value.contains(part) }, "\(error)")
            }
        }
    }

    @Test("No error of the module is rendered as an error of an unknown type")
    func ownKinds() {
        let errors = Self.providerErrors as [any Error] + Self.checkoutErrors + Self.paymentsErrors + Self.others
        for error in errors { #expect(Problem(error).type.hasPrefix("urn:faregate:problem:"), "\(error)") }
    }

    @Test("A signature that is not accepted is the sender's mistake")
    func signature() {
        let problem = Problem(ProviderKit.SignatureError(.missing, "the Stripe-Signature header is missing"))
        #expect(problem.status == 400)
        #expect(problem.detail == "the Stripe-Signature header is missing")
    }
}
