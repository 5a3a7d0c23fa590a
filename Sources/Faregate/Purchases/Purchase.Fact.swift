extension Purchase {
    /// One fact about an order. Payments, refunds and disputes have the provider's ids.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Fact: Sendable, Hashable {
        /// The checkout is open.
        case opened
        /// The customer has paid with a delayed payment method, and the money is on its way.
        case pending(payment: String)
        /// The money has arrived. `amount` is the full amount and includes `tax` (in minor units). `discount` is the
        /// reduction of the price; it is not part of the amount.
        case paid(payment: String, amount: Money, tax: Int64, discount: Discount = .none)
        /// The products that a payment is for, if the provider reports them.
        case bought(payment: String, Cart)
        case paymentFailed(payment: String)
        /// The checkout expired unpaid.
        case expired
        /// One refund. A nil `amount` means all of the payment.
        case refund(id: String, payment: String, amount: Money?, RefundStatus)
        /// The running total of a payment's refunds. A nil `amount` means all of the payment.
        case refundedSoFar(payment: String, amount: Money?)
        /// A step of a dispute. A nil `amount` means all of the payment.
        case dispute(id: String, payment: String, amount: Money?, DisputeStep)
        /// A movement of money in a dispute, with the provider's id of the movement: negative for a withdrawal,
        /// positive for a reinstatement.
        case disputeMoved(id: String, payment: String, movement: String, amount: Money)
        /// A person accepted the payment, although it isn't what was sold.
        case approved
        /// A person decided how much of the payment a refund or a dispute took, because the amount is in another
        /// currency, or because no recorded payment has the id that it refers to. For a running total of refunds, `id`
        /// is the payment's id. `stated` is the amount reported up to then: if more is reported later, a person has to
        /// decide again. If it is nil, the decision is final.
        case counted(id: String, amount: Money, stated: Money? = nil)
    }
}

extension Purchase.Fact {
    /// Whether the fact is about a checkout without any money paid or on its way. An abandoned checkout has only such
    /// facts.
    package var isOfUnpaid: Bool {
        switch self {
        case .opened, .expired, .paymentFailed: true
        default: false
        }
    }
}

/// The form in which ledgers store a fact: a flat object,
/// `{"amount":1000,"currency":"USD","fact":"paid","payment":"pi_1","tax":0}`. Nil values and a discount of 0 are left
/// out. Facts are equal if their bytes are, so this form must never change.
extension Purchase.Fact: Codable {
    private enum Key: String, CodingKey {
        case fact, id, payment, amount, currency, tax, discount, status, step, movement, products, others
        case statedAmount, statedCurrency
    }

    private enum Kind: String, Codable {
        case opened, pending, paid, bought, failed, expired, refund, refundedSoFar, dispute, disputeMoved, approved,
            counted
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) throws -> String { try values.decode(String.self, forKey: key) }
        func money() throws -> Money {
            Money(minorUnits: try values.decode(Int64.self, forKey: .amount), currency: try text(.currency))
        }
        func moneyIfAny() throws -> Money? { values.contains(.amount) ? try money() : nil }
        func cart() throws -> Purchase.Cart {
            let others = try values.decodeIfPresent(Int64.self, forKey: .others) ?? 0
            let cart = Purchase.Cart(try values.decode([Purchase.ProductCount].self, forKey: .products), others: others)
            guard let cart else {
                throw DecodingError.dataCorruptedError(
                    forKey: .products, in: values, debugDescription: "the cart is empty")
            }
            return cart
        }

        switch try values.decode(Kind.self, forKey: .fact) {
        case .opened: self = .opened
        case .expired: self = .expired
        case .approved: self = .approved
        case .pending: self = .pending(payment: try text(.payment))
        case .failed: self = .paymentFailed(payment: try text(.payment))
        case .paid:
            let tax = try values.decode(Int64.self, forKey: .tax)
            let discount = try values.decodeIfPresent(Purchase.Discount.self, forKey: .discount) ?? .none
            self = .paid(payment: try text(.payment), amount: try money(), tax: tax, discount: discount)
        case .bought: self = .bought(payment: try text(.payment), try cart())
        case .refund:
            let status = try values.decode(Purchase.RefundStatus.self, forKey: .status)
            self = .refund(id: try text(.id), payment: try text(.payment), amount: try moneyIfAny(), status)
        case .refundedSoFar: self = .refundedSoFar(payment: try text(.payment), amount: try moneyIfAny())
        case .dispute:
            let step = try values.decode(Purchase.DisputeStep.self, forKey: .step)
            self = .dispute(id: try text(.id), payment: try text(.payment), amount: try moneyIfAny(), step)
        case .disputeMoved:
            let movement = try text(.movement)
            self = .disputeMoved(
                id: try text(.id), payment: try text(.payment), movement: movement, amount: try money()
            )
        case .counted:
            let stated = try values.decodeIfPresent(Int64.self, forKey: .statedAmount).map { amount in
                Money(minorUnits: amount, currency: try text(.statedCurrency))
            }
            self = .counted(id: try text(.id), amount: try money(), stated: stated)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        func put(_ kind: Kind, id: String? = nil, payment: String? = nil, _ amount: Money? = nil) throws {
            try values.encode(kind, forKey: .fact)
            try values.encodeIfPresent(id, forKey: .id)
            try values.encodeIfPresent(payment, forKey: .payment)
            try values.encodeIfPresent(amount?.minorUnits, forKey: .amount)
            try values.encodeIfPresent(amount?.currency, forKey: .currency)
        }
        switch self {
        case .opened: try put(.opened)
        case .expired: try put(.expired)
        case .approved: try put(.approved)
        case .pending(let payment): try put(.pending, payment: payment)
        case .paymentFailed(let payment): try put(.failed, payment: payment)
        case .paid(let payment, let amount, let tax, let discount):
            try put(.paid, payment: payment, amount)
            try values.encode(tax, forKey: .tax)
            if discount != .none { try values.encode(discount, forKey: .discount) }
        case .bought(let payment, let cart):
            try put(.bought, payment: payment)
            try values.encode(cart.products, forKey: .products)
            if cart.others > 0 { try values.encode(cart.others, forKey: .others) }
        case .refund(let id, let payment, let amount, let status):
            try put(.refund, id: id, payment: payment, amount)
            try values.encode(status, forKey: .status)
        case .refundedSoFar(let payment, let amount): try put(.refundedSoFar, payment: payment, amount)
        case .dispute(let id, let payment, let amount, let step):
            try put(.dispute, id: id, payment: payment, amount)
            try values.encode(step, forKey: .step)
        case .disputeMoved(let id, let payment, let movement, let amount):
            try put(.disputeMoved, id: id, payment: payment, amount)
            try values.encode(movement, forKey: .movement)
        case .counted(let id, let amount, let stated):
            try put(.counted, id: id, amount)
            try values.encodeIfPresent(stated?.minorUnits, forKey: .statedAmount)
            try values.encodeIfPresent(stated?.currency, forKey: .statedCurrency)
        }
    }
}
