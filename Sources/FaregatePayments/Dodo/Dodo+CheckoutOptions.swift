public import Faregate

extension Dodo {
    /// What a shop adds to its checkouts, as far as Dodo has it.
    ///
    /// [Dodo Payments: create a checkout session](https://docs.dodopayments.com/api-reference/checkout-sessions/create)
    public struct CheckoutOptions: Sendable, Hashable {
        /// How a customer can pay less than the price. The credits are the pack's all the same.
        ///
        /// Dodo says that a payment had a discount, and not how large it was: with discounts, any payment of at most the price
        /// that names one counts.
        public enum Discounts: Sendable, Hashable {
            case none
            /// The page has a field for a discount code.
            case codes
            /// This code counts for every checkout.
            case code(String)
        }

        public let collectsTaxIDs: Bool
        public let requiresBillingAddress: Bool
        public let keepsCustomers: Bool
        public let discounts: Discounts
        public let language: String?

        /// Adds nothing.
        public static let plain = CheckoutOptions()

        private init() {
            (collectsTaxIDs, requiresBillingAddress, keepsCustomers) = (true, false, false)
            (discounts, language) = (.none, nil)
        }

        /// - Parameters:
        ///   - collectsTaxIDs: whether a business can give its tax id, which Dodo asks for by itself.
        ///   - requiresBillingAddress: whether all of the address is asked for, where Dodo could do with less.
        ///   - keepsCustomers: whether each account has a customer of its own at Dodo, made at its first checkout with an
        ///     e-mail address and kept with the account: so cards are found again, and the customer portal works.
        ///   - discounts: whether and how customers pay less.
        ///   - language: of the page, `de`; nil: the browser's.
        /// - Throws: `InvalidInput` for a code or a language that is none.
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
