public import Faregate

extension Stripe {
    /// The options that a shop adds to its Checkout sessions, besides the fields that Faregate needs.
    ///
    /// [Stripe: create a Checkout session](https://docs.stripe.com/api/checkout/sessions/create)
    public struct CheckoutOptions: Sendable, Hashable {
        /// How a customer can pay less than the price. The customer still gets all of the pack's credits.
        public enum Discounts: Sendable, Hashable {
            case none
            /// The page has a field for a promotion code.
            case promotionCodes
            /// Every checkout gets the coupon of this id.
            case coupon(String)
            /// Every checkout gets the promotion code of this id, `promo_…`.
            case promotionCode(String)
        }

        public enum BillingAddress: String, Sendable {
            /// Only if the payment method or the tax needs it.
            case auto
            case required
        }

        public let automaticTax: Bool
        public let collectsTaxIDs: Bool
        public let billingAddress: BillingAddress
        public let keepsCustomers: Bool
        public let discounts: Discounts
        public let createsInvoices: Bool
        public let locale: String?
        public let expiresAfter: Duration?
        public let sessionFields: [String: String]

        /// Adds nothing.
        public static let plain = CheckoutOptions()

        private init() {
            (automaticTax, collectsTaxIDs, billingAddress, keepsCustomers) = (false, false, .auto, false)
            (discounts, createsInvoices, locale, expiresAfter, sessionFields) = (.none, false, nil, nil, [:])
        }

        /// - Parameters:
        ///   - automaticTax: whether Stripe Tax calculates the tax, which is part of the price or added to it.
        ///   - collectsTaxIDs: whether a business can enter its tax id.
        ///   - billingAddress: whether every customer must enter an address.
        ///   - keepsCustomers: whether each account has its own customer at Stripe. The customer is made at the
        ///     account's first checkout and stored with the account, so that saved cards and the customer portal work.
        ///     The key needs write access to customers. If false, every customer is a guest.
        ///   - discounts: whether and how customers can pay less.
        ///   - createsInvoices: whether Stripe makes an invoice for each payment.
        ///   - locale: the page's language, in Stripe's spelling; nil for the browser's.
        ///   - expiresAfter: how long a session stays open for payment, from 30 minutes to a day. Nil for a day.
        ///   - sessionFields: further fields of a session by their full names, such as
        ///     `"payment_intent_data[description]"`.
        /// - Throws: `InvalidInput` for a value out of range, for a session field that Faregate or an option sets, and
        ///   for one that would make every payment differ from the sale.
        public init(
            automaticTax: Bool = false,
            collectsTaxIDs: Bool = false,
            billingAddress: BillingAddress = .auto,
            keepsCustomers: Bool = false,
            discounts: Discounts = .none,
            createsInvoices: Bool = false,
            locale: String? = nil,
            expiresAfter: Duration? = nil,
            sessionFields: [String: String] = [:]
        ) throws(InvalidInput) {
            self.automaticTax = automaticTax
            self.collectsTaxIDs = collectsTaxIDs
            self.billingAddress = billingAddress
            self.keepsCustomers = keepsCustomers
            self.discounts = discounts
            self.createsInvoices = createsInvoices
            self.locale = locale
            self.expiresAfter = expiresAfter
            self.sessionFields = sessionFields
            try check()
        }
    }
}

extension Stripe.CheckoutOptions {
    private func check() throws(InvalidInput) {
        switch discounts {
        case .none, .promotionCodes: break
        case .coupon(let id): _ = try checked(id, is: "the coupon's id")
        case .promotionCode(let id): _ = try checked(id, is: "the promotion code's id")
        }
        if let locale { _ = try checked(locale, is: "the locale") }
        if let expiresAfter, !(Duration.seconds(30 * 60)...longestSession).contains(expiresAfter) {
            throw InvalidInput("expiresAfter must be 30 minutes to a day, and is \(expiresAfter)")
        }
        for (name, value) in sessionFields {
            _ = try checked(name, is: "a session field's name")
            guard value.utf8.count <= 5000 else { throw InvalidInput("the session field \(name) is too long") }
            try checkFree(name)
        }
    }

    /// The fields that Faregate or an option sets.
    private static let ours: Set<String> = [
        "mode", "line_items", "currency", "client_reference_id", "success_url", "cancel_url", "return_url", "ui_mode",
        "expand", "customer", "customer_account", "customer_creation", "customer_email", "customer_update",
        "automatic_tax", "tax_id_collection", "billing_address_collection", "discounts", "allow_promotion_codes",
        "invoice_creation", "locale", "expires_at", "saved_payment_method_options",
    ]
    /// Fields that would let the customer buy something else, pay another amount, pay later, or pay in a session that
    /// is not recorded.
    private static let others: Set<String> = [
        "optional_items", "shipping_options", "shipping_address_collection", "subscription_data", "setup_intent_data",
        "after_expiration", "payment_intent_data[capture_method]",
    ]

    private func checkFree(_ name: String) throws(InvalidInput) {
        let top = String(name.prefix { $0 != "[" })
        // The shop may set further fields of the invoice and of the metadata.
        let isFree = name.hasPrefix("invoice_creation[invoice_data]") || !Self.ours.contains(top)
        guard isFree, !["metadata", "payment_intent_data[metadata]"].contains(name), !name.contains("[faregate_") else {
            throw InvalidInput("the session field \(name) is set by Faregate or by another option; leave it out")
        }
        guard !Self.others.contains(top), !Self.others.contains(name) else {
            throw InvalidInput("the session field \(name) would make payments differ from the sale; leave it out")
        }
    }
}

extension Stripe.CheckoutOptions {
    /// The request's fields in a fixed order, so that a repeated request is identical.
    func fields(_ order: ProviderKit.CheckoutOrder, at now: Timestamp) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if automaticTax { fields.append(("automatic_tax[enabled]", "true")) }
        if collectsTaxIDs { fields.append(("tax_id_collection[enabled]", "true")) }
        if billingAddress == .required { fields.append(("billing_address_collection", "required")) }
        switch discounts {
        case .none: break
        case .promotionCodes: fields.append(("allow_promotion_codes", "true"))
        case .coupon(let id): fields.append(("discounts[0][coupon]", id))
        case .promotionCode(let id): fields.append(("discounts[0][promotion_code]", id))
        }
        if createsInvoices { fields.append(("invoice_creation[enabled]", "true")) }
        if let locale { fields.append(("locale", locale)) }
        if let seconds = expirySeconds(at: now) { fields.append(("expires_at", "\(seconds)")) }
        return fields + customerFields(order) + sessionFields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Taxes use a customer's address and name only if the session may change them.
    ///
    /// [Stripe:
    /// customer_update](https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-customer_update)
    private func customerFields(_ order: ProviderKit.CheckoutOrder) -> [(name: String, value: String)] {
        guard let customer = order.customer else { return order.customerEmail.map { [("customer_email", $0)] } ?? [] }
        var fields = [(name: "customer", value: customer)]
        if automaticTax || collectsTaxIDs || billingAddress == .required {
            fields.append(("customer_update[address]", "auto"))
        }
        if collectsTaxIDs { fields.append(("customer_update[name]", "auto")) }
        return fields + [("saved_payment_method_options[payment_method_save]", "enabled")]
    }

    /// Stripe accepts 30 minutes to 24 hours by its own clock. A minute's distance from both ends allows for clocks
    /// that differ. A day is Stripe's own default.
    private func expirySeconds(at now: Timestamp) -> Int64? {
        let minute = Duration.seconds(60)
        guard let expiresAfter, expiresAfter < longestSession else { return nil }
        return now.advanced(by: min(expiresAfter + minute, longestSession - minute)).rawValue / 1000
    }
}

/// How long a session stays open for payment if no option is set.
private let longestSession = Duration.seconds(86_400)
