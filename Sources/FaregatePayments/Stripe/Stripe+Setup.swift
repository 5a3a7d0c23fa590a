extension Stripe {
    /// The permissions of a restricted key, as `resource: access`. Access to customers is needed only with
    /// ``CheckoutOptions/keepsCustomers``.
    ///
    /// [Stripe: restricted API keys](https://docs.stripe.com/keys/restricted-api-keys)
    public static let keyPermissions = [
        "Checkout Sessions: write", "Payment Intents: read", "Charges: read", "Refunds: read", "Disputes: read",
        "Customers: write",
    ]

    /// The types of events that the endpoint must be subscribed to.
    ///
    /// Refunds are reported by `refund.…` since API version 2024-10-28, and by `charge.refunded` and
    /// `charge.refund.updated` before. `charge.succeeded` and `charge.updated` carry the receipt.
    ///
    /// [Stripe: types of events](https://docs.stripe.com/api/events/types)
    public static let webhookEvents = [
        "checkout.session.completed", "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed", "checkout.session.expired",
        "refund.created", "refund.updated", "refund.failed",
        "charge.succeeded", "charge.updated", "charge.refunded", "charge.refund.updated",
        "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
        "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
    ]
}
