extension ProviderKit {
    /// What a checkout needs besides the purchase.
    public struct CheckoutOrder: Sendable, Hashable {
        /// The pack's product at the provider: Stripe's price id, Dodo's product id.
        public let product: String
        public let successURL: String
        public let cancelURL: String
        public let customerEmail: String?
        /// The provider's id of the account's customer, if ``PaymentProvider/keepsCustomers`` is true.
        public internal(set) var customer: String?

        public init(
            product: String,
            successURL: String,
            cancelURL: String,
            customerEmail: String?,
            customer: String? = nil
        ) {
            self.product = product
            self.successURL = successURL
            self.cancelURL = cancelURL
            self.customerEmail = customerEmail
            self.customer = customer
        }
    }
}
