public import Faregate
import Foundation

extension Dodo {
    /// Makes a customer if the e-mail address is known, which Dodo requires. Dodo also requires a name: the
    /// e-mail address is sent as the name, and the customer enters the right name on the page.
    ///
    /// [Dodo Payments: create a customer](https://docs.dodopayments.com/api-reference/customers/post-customers)
    public func makeCustomer(
        of account: AccountID,
        email: String?,
        insteadOf lost: String?
    ) async throws(ProviderKit.Failure) -> String? {
        guard options.keepsCustomers, let email else { return nil }
        let customer: JSONValue = .object([
            "email": .string(email), "name": .string(email),
            "metadata": .object(["faregate_account": .string(account.rawValue)]),
        ])
        let answer: Data
        do throws(ProviderKit.Failure) {
            answer = try await checkedAPI().post("customers", .json(customer), repeats: .unlessReceived)
        } catch .declined(let failure) where failure.isAboutEmail {
            throw .invalidEmail(provider: failure.provider)
        }
        guard let id = ProviderObject(parsing: answer)?.name("customer_id"), isProviderID(id) else {
            throw unusable("it lacks the customer's id")
        }
        return id
    }

    /// Classifies Dodo's refusal to open a checkout. Dodo answers 404 for an unknown product too, so the customer is
    /// looked up.
    func meaning(
        of failure: ProviderKit.Decline,
        _ order: ProviderKit.CheckoutOrder,
        _ api: ProviderAPI
    ) async throws(ProviderKit.Failure) -> ProviderKit.Failure {
        if let customer = order.customer {
            guard failure.status == 404, try await api.found("customers/\(customer)") == nil else {
                return .declined(failure)
            }
            return .unknownCustomer(provider: failure.provider)
        }
        let isEmail = order.customerEmail != nil && failure.isAboutEmail
        return isEmail ? .invalidEmail(provider: failure.provider) : .declined(failure)
    }
}

extension ProviderKit.Decline {
    /// Dodo's error doesn't name the field. The customer's is the only e-mail address in the request, so an error
    /// that mentions an e-mail address is about that one.
    fileprivate var isAboutEmail: Bool {
        [400, 422].contains(status) && message?.lowercased().contains("email") == true
    }
}
