import Faregate

/// What is read of a Checkout session, wherever Stripe shows one. Fields that are missing, or are of another type than
/// they were in the versions known so far, read as nil.
///
/// [Stripe: the Checkout Session object](https://docs.stripe.com/api/checkout/sessions/object)
struct StripeSession: Decodable {
    let id: String?
    let url: String?
    let livemode: Bool?
    let paymentStatus: String?
    /// The payment intent's id.
    let payment: String?
    let amount: Money?
    /// Our own id, as we sent it along.
    let purchase: String?

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        id = fields.name(.id)
        url = try? fields.decode(String.self, forKey: .url)
        livemode = try? fields.decode(Bool.self, forKey: .livemode)
        paymentStatus = fields.name(.paymentStatus)
        let expanded = try? fields.nestedContainer(keyedBy: Key.self, forKey: .paymentIntent)
        payment = fields.name(.paymentIntent) ?? expanded?.name(.id)
        amount = Money(
            stripe: try? fields.decode(Int64.self, forKey: .amountTotal),
            currency: try? fields.decode(String.self, forKey: .currency)
        )
        let metadata = try? fields.nestedContainer(keyedBy: Key.self, forKey: .metadata)
        purchase = metadata?.name(.purchase) ?? fields.name(.clientReferenceID)
    }

    private enum Key: String, CodingKey {
        case id, url, livemode, metadata, currency
        case paymentStatus = "payment_status"
        case paymentIntent = "payment_intent"
        case amountTotal = "amount_total"
        case clientReferenceID = "client_reference_id"
        case purchase = "faregate_purchase"
    }
}

extension KeyedDecodingContainer {
    /// A text of 1 to 255 bytes without control characters; nil where there is anything else.
    func name(_ key: Key) -> String? {
        guard let text = try? decode(String.self, forKey: key) else { return nil }
        return try? checked(text, is: key.stringValue)
    }
}

extension Money {
    /// Stripe writes currencies in lower case.
    fileprivate init?(stripe minorUnits: Int64?, currency: String?) {
        guard let minorUnits, minorUnits >= 0, let currency, currency.utf8.count == 3 else { return nil }
        self.init(minorUnits: minorUnits, currency: currency)
    }
}
