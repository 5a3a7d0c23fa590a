/// What a payment provider of your own is made of: what it is asked, what it answers, and how its webhooks are held to
/// their signatures. A server that sells at Stripe or Dodo needs nothing of it.
///
/// The guide <doc:ProvidersOfYourOwn> in the core shows how they fit together, behind ``PaymentProvider``.
public enum ProviderKit {}
