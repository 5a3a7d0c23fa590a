import Faregate
import FaregatePayments
import Foundation
import Testing

/// Dodo's price is compared with the policy's before a checkout is opened.
extension DodoCheckoutTests {
    static let product: JSON = [
        "product_id": "pdt_small", "is_recurring": false, "name": "100 credits",
        "price": [
            "type": "one_time_price", "price": 1000, "currency": "USD", "discount": 0, "discount_bps": 0,
            "pay_what_you_want": false, "purchasing_power_parity": false, "suggested_price": nil,
            "tax_inclusive": false,
        ],
    ]

    private func selling(at price: [String: JSON?]) -> FakeDodo {
        let product = price.reduce(Self.product) { $0.setting(["price", $1.key], to: $1.value) }
        return FakeDodo(["GET /products/pdt_small": [.json(product)], "POST /checkouts": [.json(Self.session)]])
    }

    @Test("A checkout opens when Dodo's price is the policy's", arguments: [1, 3])
    func rightPrice(quantity: Int) async throws {
        let dodo = selling(at: ["discount_bps": nil, "currency": "usd"])
        _ = try await open(at: dodo, quantity: quantity, checksPrices: true)
        #expect(dodo.lines == ["GET /products/pdt_small", "POST /checkouts"])
    }

    @Test("A checkout is refused when Dodo's price differs from the policy's")
    func otherPrices() async throws {
        let changes: [([String: JSON?], Money)] = [
            (["price": 999], Money(minorUnits: 999, currency: "USD")),
            (["price": "1001"], Money(minorUnits: 1001, currency: "USD")),
            (["currency": "EUR"], Money(minorUnits: 1000, currency: "EUR")),
        ]
        for (change, told) in changes {
            let dodo = selling(at: change)
            let error = try await failure(at: dodo, checksPrices: true)
            #expect(error == .priceMismatch(policy: Money(minorUnits: 1000, currency: "USD"), provider: told))
            #expect(dodo.lines == ["GET /products/pdt_small"])
        }
    }

    @Test("A product without one fixed price for everybody is a set-up mistake")
    func unfixedPrices() async throws {
        for change: [String: JSON?] in [
            ["type": "recurring_price"], ["type": "usage_based_price"], ["type": nil], ["pay_what_you_want": true],
            ["discount_bps": 500], ["discount_bps": nil, "discount": 5],
        ] {
            let dodo = selling(at: change)
            guard case .misconfigured(let reason) = try await failure(at: dodo, checksPrices: true) else {
                Issue.record("\(change)")
                continue
            }
            #expect(reason.contains("pdt_small"))
            #expect(dodo.lines == ["GET /products/pdt_small"])
        }
    }

    @Test("A price that can't be read opens no checkout")
    func unreadablePrices() async throws {
        for change: [String: JSON?] in [
            ["price": nil], ["price": "10.00"], ["price": -1], ["currency": nil], ["currency": 7],
        ] {
            guard case .unusableAnswer = try await failure(at: selling(at: change), checksPrices: true) else {
                Issue.record("\(change)")
                continue
            }
        }
    }

    @Test("A product that Dodo doesn't know is reported by Dodo's refusal of the checkout")
    func unknownProducts() async throws {
        let dodo = Self.selling(.error(404))
        guard case .declined(let failure) = try await failure(at: dodo, checksPrices: true) else {
            Issue.record("not declined")
            return
        }
        #expect(failure.status == 404)
        #expect(dodo.lines == ["GET /products/pdt_small", "POST /checkouts"])
    }

    @Test(
        "A text that can't be a product id is never put into a path",
        arguments: ["", "../payments", "pdt small", "pdt_1?x=y", "pdt/1"])
    func productIDs(product: String) async throws {
        let dodo = selling(at: [:])
        await #expect(throws: ProviderKit.Failure.self) {
            try await open(at: dodo, product: product, checksPrices: true)
        }
        #expect(dodo.requests.isEmpty)
    }
}
