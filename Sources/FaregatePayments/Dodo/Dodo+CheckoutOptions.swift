public import Faregate

extension Dodo {
    /// The options that a shop adds to its checkouts at Dodo.
    ///
    /// [Dodo Payments: create a checkout session](https://docs.dodopayments.com/api-reference/checkout-sessions/create)
    public struct CheckoutOptions: Sendable, Hashable {
        /// How a customer can pay less than the price. The customer still gets all of the pack's credits.
        ///
        /// Dodo reports that a payment had a discount but not how large it was. So if discounts are allowed, a payment
        /// with a discount counts as paid if it is not more than the price.
        public enum Discounts: Sendable, Hashable {
            case none
            /// The page has a field for a discount code.
            case codes
            /// Every checkout gets this discount code.
            case code(String)
        }

        public let collectsTaxIDs: Bool
        public let requiresBillingAddress: Bool
        public let keepsCustomers: Bool
        public let discounts: Discounts
        public let language: String?

        /// The defaults of all options.
        public static let plain = CheckoutOptions()

        private init() {
            (collectsTaxIDs, requiresBillingAddress, keepsCustomers) = (true, false, false)
            (discounts, language) = (.none, nil)
        }

        /// - Parameters:
        ///   - collectsTaxIDs: whether a business can enter its tax id. Dodo's own default is yes.
        ///   - requiresBillingAddress: whether the page asks for the whole address, even if Dodo needs less.
        ///   - keepsCustomers: whether each account has its own customer at Dodo. The customer is made at the account's
        ///     first checkout with an e-mail address and stored with the account, so that saved cards and the customer
        ///     portal work.
        ///   - discounts: whether and how customers can pay less.
        ///   - language: the page's language, such as `de`; nil for the browser's.
        /// - Throws: `InvalidInput` for a code or a language that is empty, too long or has control characters.
        public init(
            collectsTaxIDs: Bool = true,
            requiresBillingAddress: Bool = false,
            keepsCustomers: Bool = false,
            discounts: Discounts = .none,
            language: String? = nil
        ) throws(InvalidInput) {
            self.collectsTaxIDs = collectsTaxIDs
            self.requiresBillingAddress = requiresBillingAddress
            self.keepsCustomers = keepsCustomers
            self.discounts = discounts
            self.language = language
            if case .code(let code) = discounts { _ = try checked(code, is: "a discount code") }
            if let language { _ = try checked(language, is: "a language") }
        }
    }
}

extension Dodo.CheckoutOptions {
    var fields: [String: JSONValue] {
        var flags: [String: JSONValue] = [
            "allow_currency_selection": .boolean(false),
            "allow_discount_code": .boolean(discounts == .codes),
        ]
        if !collectsTaxIDs { flags["allow_tax_id"] = .boolean(false) }
        var fields: [String: JSONValue] = ["feature_flags": .object(flags)]
        if requiresBillingAddress { fields["minimal_address"] = .boolean(false) }
        if case .code(let code) = discounts { fields["discount_codes"] = .array([.string(code)]) }
        if let language { fields["customization"] = .object(["force_language": .string(language)]) }
        return fields
    }
}
