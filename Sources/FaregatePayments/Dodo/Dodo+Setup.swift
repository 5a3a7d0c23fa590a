extension Dodo {
    /// The types of events that the endpoint must be subscribed to.
    ///
    /// [Dodo Payments: webhook
    /// events](https://docs.dodopayments.com/developer-resources/webhooks/intents/webhook-events-guide)
    public static let webhookEvents = [
        "payment.succeeded", "payment.processing", "payment.failed", "payment.cancelled",
        "refund.succeeded", "refund.failed",
        "dispute.opened", "dispute.challenged", "dispute.accepted", "dispute.expired", "dispute.lost", "dispute.won",
        "dispute.cancelled",
    ]
}
