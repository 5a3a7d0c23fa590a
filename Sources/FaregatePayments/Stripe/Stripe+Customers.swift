public import Faregate
import Foundation

extension Stripe {
    /// Makes a customer with an idempotency key, so that two servers make only one customer of an account.
    ///
    /// [Stripe: create a customer](https://docs.stripe.com/api/customers/create)
    public func makeCustomer(
        of account: AccountID,
        email: String?,
        insteadOf lost: String?
    ) async throws(ProviderKit.Failure) -> String? {
        guard options.keepsCustomers else { return nil }
        let email = email.map { [(name: "email", value: $0)] } ?? []
        let fields = email + [(name: "metadata[faregate_account]", value: account.rawValue)]
        let answer: Data
        do throws(ProviderKit.Failure) {
            answer = try await checkedAPI().post(
                "v1/customers",
                .form(fields),
                headers: [("Idempotency-Key", Stripe.customerKey(fields.map(\.value) + [lost ?? ""]))]
            )
        } catch .declined(let failure) {
            throw failure.meaning
        }
        guard let id = ProviderObject(parsing: answer)?.name("id"), isProviderID(id) else {
            throw .unusableAnswer(provider: "Stripe", "it lacks the customer's id")
        }
        return id
    }

    /// The key is the same for the same account, e-mail address and lost customer.
    private static func customerKey(_ texts: [String]) -> String {
        let hash = SHA256Digest.hash(texts.flatMap { Array($0.utf8) + [0] })
        return "customer-\(hexadecimal(hash))"
    }
}
