import Faregate

/// Stripe's amounts: in ISO 4217's minor units, except for Icelandic crowns and Ugandan shillings, which have two
/// decimals that are always zero, and Malagasy ariary, which have none.
///
/// [Stripe: special cases](https://docs.stripe.com/currencies#special-cases)
extension StripeWire {
    /// The smallest step of amounts, in ISO's minor units.
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

    /// The amount that the customer paid by Adaptive Pricing, beside the amount in the session's own currency.
    ///
    /// - Parameter minorUnits: the part of the total to convert.
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
