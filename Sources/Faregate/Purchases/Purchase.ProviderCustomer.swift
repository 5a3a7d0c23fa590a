extension Purchase {
    /// A customer at a provider, by the provider's own id.
    public struct ProviderCustomer: Sendable, Hashable, Codable {
        public let provider: String
        public let customer: String

        public init(provider: String, customer: String) {
            self.provider = provider
            self.customer = customer
        }
    }
}
