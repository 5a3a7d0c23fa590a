import Faregate
import FaregateTesting
import TestSupport
import Testing

@Suite("The metadata of a purchase") struct PurchaseMetadataTests {
    private let sold = Sale.purchase(credits: 333, product: "price_1")

    private func read(_ change: [String: String] = [:]) -> Purchase? {
        let metadata = Dictionary(uniqueKeysWithValues: sold.metadata.map { ($0.name, $0.value) })
            .merging(change) { $1 }
        return Purchase(provider: sold.provider, metadata: { metadata[$0] })
    }

    @Test("The purchase is read back from its metadata, with and without a lifetime of its credits")
    func readBack() throws {
        let purchase = try #require(read())
        #expect(purchase.id == sold.id && purchase.credits == 333 && purchase.lifetimeMilliseconds == nil)
        #expect(read(["faregate_lifetime_ms": "86400000"])?.lifetimeMilliseconds == 86_400_000)
    }

    @Test("A lifetime that is no positive number describes no purchase", arguments: ["0", "-1", "day", ""])
    func lifetime(text: String) {
        #expect(read(["faregate_lifetime_ms": text]) == nil)
    }

    @Test("A currency has three letters", arguments: ["US_", "US1", "USDX", "U"])
    func currency(text: String) {
        #expect(read(["faregate_price": "1000 \(text)"]) == nil)
    }

    @Test("The text of a change names the debt that it made, if there is any")
    func change() {
        let after = Purchase.Position(of: sold, given: [.paid(1000)])
        func words(_ debt: Credits) -> String {
            "\(Purchase.Change(purchase: sold.id, account: sold.account, before: nil, after: after, debt: debt))"
        }
        #expect(words(.zero) == "\(sold.id) of \(sold.account): paid, 0 -> 333 credits")
        #expect(words(7) == "\(sold.id) of \(sold.account): paid, 0 -> 333 credits, owes 7 more")
    }
}
