/// The types for a payment provider of your own: requests, answers and the verification of its webhooks. A server that
/// sells at Stripe or Dodo needs none of them.
///
/// The guide "Sell through a provider of your own", in the documentation of `Faregate`, shows how they fit together,
/// behind ``PaymentProvider``.
public enum ProviderKit {}
