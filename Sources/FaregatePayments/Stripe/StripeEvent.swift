import Faregate
import Foundation

/// What is read of an event: enough to know a paid checkout in every version of Stripe's API.
///
/// [Stripe: the Event object](https://docs.stripe.com/api/events/object)
struct StripeEvent: Decodable {
    let id: InboxEventID
    let type: String
    let livemode: Bool?
    /// `data.object`, read as a Checkout session whatever it is.
    let session: StripeSession?

    /// - Throws: `WebhookRefusal` for anything but a snapshot event. JSON that is nested deeper than 512 levels is
    ///   not taken by Foundation's decoder, and is refused like any other text that isn't JSON.
    init(parsing body: Data) throws(WebhookRefusal) {
        do {
            self = try JSONDecoder().decode(StripeEvent.self, from: body)
        } catch let refusal as WebhookRefusal {
            throw refusal
        } catch {
            // The decoder's own words can quote the body.
            throw .notAnEvent
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let object = fields.name(.object)
        guard object != "v2.core.event" else { throw WebhookRefusal.thinEvent }
        guard object == "event", let id = fields.name(.id), let type = fields.name(.type) else {
            throw WebhookRefusal.notAnEvent
        }
        self.id = InboxEventID(provider: stripeProvider, event: id)
        self.type = type
        livemode = try? fields.decode(Bool.self, forKey: .livemode)
        let data = try? fields.nestedContainer(keyedBy: Key.self, forKey: .data)
        session = try? data?.decode(StripeSession.self, forKey: .object)
    }

    private enum Key: String, CodingKey {
        case id, object, type, livemode, data
    }
}

/// Stripe's name in the books.
let stripeProvider = "stripe"

/// What an event asks for.
enum StripeRequest: Hashable {
    case fulfil(PaymentReceived)
    case nothing
    /// It should ask for something, but doesn't say what. Nobody guesses.
    case unreadable(String)
}

extension StripeEvent {
    /// A checkout is paid for when it is completed with the money there, or when the money of a delayed payment method
    /// has come in.
    ///
    /// [Stripe: fulfil orders](https://docs.stripe.com/checkout/fulfillment)
    var request: StripeRequest {
        switch (type, session?.paymentStatus) {
        case ("checkout.session.completed", "paid"), ("checkout.session.completed", "no_payment_required"),
            ("checkout.session.async_payment_succeeded", "paid"),
            ("checkout.session.async_payment_succeeded", "no_payment_required"),
            ("checkout.session.async_payment_succeeded", nil):
            payment
        case ("checkout.session.completed", "unpaid"):
            // A delayed payment method: async_payment_succeeded or async_payment_failed follows.
            .nothing
        case ("checkout.session.completed", _):
            .unreadable("the session's payment_status is missing or unknown")
        case ("checkout.session.async_payment_succeeded", _):
            .unreadable("the session's payment_status contradicts the event's type")
        default:
            .nothing
        }
    }

    private var payment: StripeRequest {
        guard let session, let checkout = session.id else { return .unreadable("the session has no id") }
        guard let amount = session.amount else { return .unreadable("the session has no amount_total and currency") }
        return .fulfil(
            PaymentReceived(
                event: id,
                checkout: checkout,
                purchase: session.purchase,
                payment: session.payment,
                amount: amount
            )
        )
    }
}
