/// What was forgotten of an account.
public struct ForgottenDetails: Sendable, Hashable {
    /// How many purchases had details of who paid.
    public let purchases: Int
    /// The account's customers, which the providers still have: somebody may want to delete them there too.
    public let customers: [ProviderCustomer]

    public init(purchases: Int, customers: [ProviderCustomer]) {
        self.purchases = purchases
        self.customers = customers
    }
}

/// A customer at a provider, by the provider's own id.
public struct ProviderCustomer: Sendable, Hashable, Codable {
    public let provider: String
    public let customer: String

    public init(provider: String, customer: String) {
        self.provider = provider
        self.customer = customer
    }
}
