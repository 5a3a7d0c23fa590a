public import Faregate

extension Stripe {
    /// What a shop adds to its Checkout sessions, besides what Faregate needs in them.
    ///
    /// [Stripe: create a Checkout session](https://docs.stripe.com/api/checkout/sessions/create)
    public struct CheckoutOptions: Sendable, Hashable {
        /// How a customer can pay less than the price. The credits are the pack's all the same.
        public enum Discounts: Sendable, Hashable {
            case none
            /// The page has a field for a promotion code.
            case promotionCodes
            /// The coupon of this id counts for every checkout.
            case coupon(String)
            /// The promotion code of this id, `promo_…`, counts for every checkout.
            case promotionCode(String)
        }

        public enum BillingAddress: String, Sendable {
            /// Where the payment or the tax needs it.
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
        ///   - automaticTax: whether Stripe Tax works out the tax. Taxes can lie within the price or on top of it.
        ///   - collectsTaxIDs: whether a business can give its tax id.
        ///   - billingAddress: whether everybody gives one.
        ///   - keepsCustomers: whether each account has a customer of its own at Stripe, made at its first checkout and kept
        ///     with the account: so cards are found again, and the customer portal works. The key must be allowed to write
        ///     customers. Without, everybody is a guest.
        ///   - discounts: whether and how customers pay less.
        ///   - createsInvoices: whether Stripe makes an invoice of each payment.
        ///   - locale: the language of the page, as Stripe names it; nil: the browser's.
        ///   - expiresAfter: how long a session can be paid, 30 minutes to a day; nil: a day.
        ///   - sessionFields: further fields of a session by their full names, `"payment_intent_data[description]"`.
        /// - Throws: `InvalidInput` for a value out of range, and for a session field that Faregate or an option sets, or
        ///   with which no payment would be what was sold.
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
            throw InvalidInput("a session can be paid for 30 minutes to a day, not for \(expiresAfter)")
        }
        for (name, value) in sessionFields {
            _ = try checked(name, is: "a session field's name")
            guard value.utf8.count <= 5000 else { throw InvalidInput("the session field \(name) is too long") }
            try checkFree(name)
        }
    }

    /// What Faregate sets itself, or an option does.
    private static let ours: Set<String> = [
        "mode", "line_items", "currency", "client_reference_id", "success_url", "cancel_url", "return_url", "ui_mode",
        "expand", "customer", "customer_account", "customer_creation", "customer_email", "customer_update",
        "automatic_tax", "tax_id_collection", "billing_address_collection", "discounts", "allow_promotion_codes",
        "invoice_creation", "locale", "expires_at", "saved_payment_method_options",
    ]
    /// With these, something else is sold or paid, or later, or by another session than the one that is on record.
    private static let others: Set<String> = [
        "optional_items", "shipping_options", "shipping_address_collection", "subscription_data", "setup_intent_data",
        "after_expiration", "payment_intent_data[capture_method]",
    ]

    private func checkFree(_ name: String) throws(InvalidInput) {
        let top = String(name.prefix { $0 != "[" })
        // What an invoice says besides is the shop's; what the metadata says besides is too.
        let isFree = name.hasPrefix("invoice_creation[invoice_data]") || !Self.ours.contains(top)
        guard isFree, !["metadata", "payment_intent_data[metadata]"].contains(name), !name.contains("[faregate_") else {
            throw InvalidInput("the session field \(name) is set by Faregate or by an option of its own; leave it out")
        }
        guard !Self.others.contains(top), !Self.others.contains(name) else {
            throw InvalidInput("with the session field \(name), a payment is not what was sold; leave it out")
        }
    }
}

extension Stripe.CheckoutOptions {
    /// What goes into the request, in one order, so that a repeat is the same request.
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

    /// A customer's address and name are only used for taxes where the session may change them.
    ///
    /// [Stripe: customer_update](https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-customer_update)
    private func customerFields(_ order: ProviderKit.CheckoutOrder) -> [(name: String, value: String)] {
        guard let customer = order.customer else { return order.customerEmail.map { [("customer_email", $0)] } ?? [] }
        var fields = [(name: "customer", value: customer)]
        if automaticTax || collectsTaxIDs || billingAddress == .required {
            fields.append(("customer_update[address]", "auto"))
        }
        if collectsTaxIDs { fields.append(("customer_update[name]", "auto")) }
        return fields + [("saved_payment_method_options[payment_method_save]", "enabled")]
    }

    /// Stripe takes 30 minutes to 24 hours by its own clock; a minute more or less keeps away from both ends. A day is what
    /// it takes by itself.
    private func expirySeconds(at now: Timestamp) -> Int64? {
        let minute = Duration.seconds(60)
        guard let expiresAfter, expiresAfter < longestSession else { return nil }
        return now.advanced(by: min(expiresAfter + minute, longestSession - minute)).rawValue / 1000
    }
}

/// How long a session can be paid unless an option says less.
private let longestSession = Duration.seconds(86_400)
