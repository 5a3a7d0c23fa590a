package import Faregate

/// A purchase of 100 credits for 10.00 USD by default, and short forms of a provider's facts about it.
package enum Sale {
    package static func purchase(
        _ id: Purchase.ID = "pur_1",
        of account: AccountID = "ana",
        at provider: String = "stripe",
        credits: Credits = 100,
        product: String? = nil,
        price: Money = Money(minorUnits: 1000, currency: "USD"),
        lifetimeMilliseconds: Int64? = nil,
        actions: [String]? = nil,
        requestKey: String? = nil,
        allowsDiscounts: Bool = false
    ) -> Purchase {
        Purchase(
            id: id,
            provider: provider,
            account: account,
            pack: "100",
            product: product,
            quantity: 1,
            credits: credits,
            price: price,
            lifetimeMilliseconds: lifetimeMilliseconds,
            actions: actions,
            policyVersion: "v1",
            requestKey: requestKey,
            allowsDiscounts: allowsDiscounts
        )
    }

    package static func usd(_ cents: Int64) -> Money { Money(minorUnits: cents, currency: "USD") }
    package static func eur(_ cents: Int64) -> Money { Money(minorUnits: cents, currency: "EUR") }
}

extension Purchase.Fact {
    package static func pending(_ payment: String = "pi_1") -> Purchase.Fact { .pending(payment: payment) }

    package static func paid(
        _ cents: Int64 = 1000,
        tax: Int64 = 0,
        discount: Purchase.Discount = .none,
        _ payment: String = "pi_1"
    ) -> Purchase.Fact {
        .paid(payment: payment, amount: Sale.usd(cents), tax: tax, discount: discount)
    }

    package static func bought(_ product: String, _ quantity: Int64 = 1, _ payment: String = "pi_1") -> Purchase.Fact {
        bought([Purchase.ProductCount(product: product, quantity: quantity)], payment)
    }

    /// Must not be empty.
    package static func bought(
        _ lines: [Purchase.ProductCount],
        others: Int64 = 0,
        _ payment: String = "pi_1"
    ) -> Purchase.Fact {
        guard let cart = Purchase.Cart(lines, others: others) else { preconditionFailure("an empty cart") }
        return .bought(payment: payment, cart)
    }

    package static func failed(_ payment: String = "pi_1") -> Purchase.Fact { .paymentFailed(payment: payment) }

    package static func refund(
        _ cents: Int64?,
        _ status: Purchase.RefundStatus = .succeeded,
        re id: String = "re_1",
        of payment: String = "pi_1"
    ) -> Purchase.Fact {
        .refund(id: id, payment: payment, amount: cents.map(Sale.usd), status)
    }

    package static func soFar(_ cents: Int64?, of payment: String = "pi_1") -> Purchase.Fact {
        .refundedSoFar(payment: payment, amount: cents.map(Sale.usd))
    }

    package static func moved(
        _ cents: Int64, _ movement: String = "txn_1", _ id: String = "dp_1", of payment: String = "pi_1"
    ) -> Purchase.Fact {
        .disputeMoved(id: id, payment: payment, movement: movement, amount: Sale.usd(cents))
    }

    package static func dispute(
        _ step: Purchase.DisputeStep,
        _ cents: Int64? = 1000,
        _ id: String = "dp_1",
        of payment: String = "pi_1"
    ) -> Purchase.Fact {
        .dispute(id: id, payment: payment, amount: cents.map(Sale.usd), step)
    }
}
