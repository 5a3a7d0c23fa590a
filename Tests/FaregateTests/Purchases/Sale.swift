import Faregate

/// A purchase of 100 credits for 10.00 USD, unless told otherwise, and short ways to write down what a provider says of it.
enum Sale {
    static func purchase(
        credits: Credits = 100,
        price: Money = Money(minorUnits: 1000, currency: "USD")
    ) -> Purchase {
        Purchase(
            id: "pur_1",
            provider: "stripe",
            account: "ana",
            pack: "100",
            quantity: 1,
            credits: credits,
            price: price,
            lifetimeMilliseconds: nil,
            policyVersion: "v1",
            requestKey: nil
        )
    }

    static func usd(_ cents: Int64) -> Money { Money(minorUnits: cents, currency: "USD") }
    static func eur(_ cents: Int64) -> Money { Money(minorUnits: cents, currency: "EUR") }
}

extension PurchaseFact {
    static func pending(_ payment: String = "pi_1") -> PurchaseFact { .pending(payment: payment) }

    static func paid(_ cents: Int64 = 1000, tax: Int64 = 0, _ payment: String = "pi_1") -> PurchaseFact {
        .paid(payment: payment, amount: Sale.usd(cents), tax: tax)
    }

    static func failed(_ payment: String = "pi_1") -> PurchaseFact { .paymentFailed(payment: payment) }

    static func refund(
        _ cents: Int64?,
        _ status: RefundStatus = .succeeded,
        re id: String = "re_1",
        of payment: String = "pi_1"
    ) -> PurchaseFact {
        .refund(id: id, payment: payment, amount: cents.map(Sale.usd), status)
    }

    static func soFar(_ cents: Int64, of payment: String = "pi_1") -> PurchaseFact {
        .refundedSoFar(payment: payment, amount: Sale.usd(cents))
    }

    static func dispute(
        _ step: DisputeStep,
        _ cents: Int64? = 1000,
        _ id: String = "dp_1",
        of payment: String = "pi_1"
    ) -> PurchaseFact {
        .dispute(id: id, payment: payment, amount: cents.map(Sale.usd), step)
    }
}
