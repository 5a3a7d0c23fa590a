import Faregate

/// Reads what Stripe's events report about purchases, in every version of its API.
///
/// [Stripe: types of events](https://docs.stripe.com/api/events/types)
enum StripeReading {
    static func reading(of event: ProviderObject) -> Inbox.Reading {
        do throws(Unreadable) {
            let events = try events(in: event)
            return events.isEmpty ? .nothing : .facts(events)
        } catch {
            return .unreadable(error.reason, names(in: event))
        }
    }

    private static func events(in event: ProviderObject) throws(Unreadable) -> [Purchase.Event] {
        let type = event.name("type") ?? ""
        guard let read = reader(of: type) else { return [] }
        guard let object = event.object("data")?.object("object") else { throw Unreadable("it has no object") }
        return try read(object)
    }

    /// The ids of the event's order, as far as they can be read; nil if the event has no object.
    private static func names(in event: ProviderObject) -> Purchase.Names? {
        guard let object = event.object("data")?.object("object") else { return nil }
        let type = event.name("type") ?? ""
        if type.hasPrefix("checkout.session.") { return StripeSession.names(of: object) }
        let isCharge =
            type.hasPrefix("charge.") && !type.hasPrefix("charge.dispute.") && !type.hasPrefix("charge.refund.")
        return StripeNames(of: object, charge: isCharge ? object.name("id") : nil).ofPayment
    }

    private typealias Reader = (ProviderObject) throws(Unreadable) -> [Purchase.Event]

    private static func reader(of type: String) -> Reader? {
        switch type {
        case "checkout.session.completed", "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed", "checkout.session.expired":
            { object throws(Unreadable) in try StripeSession(object).events(of: type) }
        case "refund.created", "refund.updated", "refund.failed", "charge.refund.updated":
            { object throws(Unreadable) in [try refund(object, hasFailed: type == "refund.failed")] }
        case "charge.refunded", "charge.succeeded", "charge.updated":
            { object throws(Unreadable) in try StripeCharge(object).events(of: type) }
        case "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
            "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated":
            { object throws(Unreadable) in try StripeDispute(object).events(of: type) }
        default: nil
        }
    }

    /// Reads a refund object, which contains its payment's id.
    ///
    /// - Parameter hasFailed: whether the event's type says that the refund failed, whatever its status is.
    static func refund(_ object: ProviderObject, hasFailed: Bool = false) throws(Unreadable) -> Purchase.Event {
        let names = StripeNames(of: object)
        return Purchase.Event(names: names.ofPayment, fact: try refund(object, of: names, hasFailed: hasFailed))
    }

    /// [Stripe: the Refund object](https://docs.stripe.com/api/refunds/object)
    static func refund(
        _ object: ProviderObject,
        of names: StripeNames,
        hasFailed: Bool = false
    ) throws(Unreadable) -> Purchase.Fact {
        let status: Purchase.RefundStatus? =
            switch object.text("status") {
            case _ where hasFailed: .failed
            case "pending", "requires_action": .pending
            case "succeeded": .succeeded
            case "failed": .failed
            case "canceled", "cancelled": .cancelled
            default: nil
            }
        return .refund(
            id: try object.needed("id", object.name("id")),
            payment: try names.payment,
            amount: try object.needed("amount", try object.stripeMoney("amount")),
            try object.needed("status", status)
        )
    }
}

/// The ids by which an object at Stripe refers to its payment. A payment's id is its payment intent's, or its charge's
/// if the payment is older than payment intents.
///
/// The metadata of a refund or a dispute does not identify the payment: whoever made the object can write anything
/// there.
struct StripeNames {
    private let intent: String?
    private let charge: String?

    /// - Parameters:
    ///   - object: a refund, a dispute or a charge.
    ///   - charge: the charge's id if the object is a charge.
    init(of object: ProviderObject, charge: String? = nil) {
        intent = object.id("payment_intent") ?? object.object("charge")?.id("payment_intent")
        self.charge = charge ?? object.id("charge")
    }

    var payment: String {
        get throws(Unreadable) {
            guard let payment = intent ?? charge else { throw Unreadable("it has no payment_intent and no charge") }
            return payment
        }
    }

    var ofPayment: Purchase.Names { ofPayment(claiming: nil) }

    /// - Parameter purchase: the purchase id in the object's metadata. It matches no purchase by itself, and only says
    ///   whose receipt this is.
    func ofPayment(claiming purchase: String?) -> Purchase.Names {
        Purchase.Names(purchase: purchase, payments: [intent, charge].compactMap(\.self))
    }
}

extension ProviderObject {
    /// Our own id, from the metadata that we sent.
    var faregatePurchase: String? { object("metadata")?.name(FieldName(stringValue: Purchase.metadataName)) }

    /// The purchase that our own metadata describes.
    func describedPurchase(at provider: String) -> Purchase? {
        guard let metadata = object("metadata") else { return nil }
        return Purchase(provider: provider) { metadata.name(FieldName(stringValue: $0)) }
    }
}
