import Faregate

/// How Stripe counts: in ISO 4217's minor units, but for Icelandic crowns and Ugandan shillings, which have two decimals
/// there that are always zero, and Malagasy ariary, which have none.
///
/// [Stripe: special cases](https://docs.stripe.com/currencies#special-cases)
extension StripeWire {
    /// Which amounts there are at all, in ISO's minor units.
    static func unit(of currency: String) -> Int64 { currency == "MGA" ? 100 : 1 }

    static func amount(_ minorUnits: Int64, _ currency: String) -> Int64 {
        switch currency {
        case "ISK", "UGX": minorUnits * 100
        case "MGA": minorUnits / 100
        default: minorUnits
        }
    }

    /// - Throws: ``StripeFault`` for a fraction of a crown or a shilling.
    static func minorUnits(_ amount: Int64, _ currency: String) throws(StripeFault) -> Int64 {
        switch currency {
        case "ISK", "UGX":
            guard amount % 100 == 0 else {
                throw .invalid(
                    "Invalid amount. Currency \(currency) has become effectively zero-decimal and charged amounts must be "
                        + "evenly divisible by 100.",
                    param: "amount",
                    code: "invalid_charge_amount_no_decimal_compatible"
                )
            }
            return amount / 100
        case "MGA": return amount * 100
        default: return amount
        }
    }

    func amount(_ minorUnits: Int64, of checkout: SandboxCheckout) -> SandboxJSON {
        .number(StripeWire.amount(minorUnits, checkout.total.currency))
    }

    func currency(_ checkout: SandboxCheckout) -> SandboxJSON { .text(checkout.total.currency.lowercased()) }

    /// What the customer paid by Adaptive Pricing, beside the money in the session's own currency.
    ///
    /// - Parameter minorUnits: how much of the total it is about.
    func presentment(_ minorUnits: Int64, of checkout: SandboxCheckout) -> SandboxJSON? {
        guard let local = local(minorUnits, of: checkout) else { return nil }
        return [
            "presentment_amount": .number(StripeWire.amount(local.minorUnits, local.currency)),
            "presentment_currency": .text(local.currency.lowercased()),
        ]
    }

    func local(_ minorUnits: Int64, of checkout: SandboxCheckout) -> Money? {
        checkout.terms.presentment.map { all in
            let part =
                minorUnits == checkout.total.minorUnits
                ? all.minorUnits : all.minorUnits * minorUnits / checkout.total.minorUnits
            return Money(minorUnits: part, currency: all.currency)
        }
    }
}
