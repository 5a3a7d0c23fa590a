import Faregate
import Foundation
import Testing

@Suite("The policy that ships")
struct ShippedPolicyTests {
    private let files = PolicyFiles(path: Fixture.shippedPolicy, environment: Fixture.priceIDs, forSale: true)

    @Test("loads for sale without a warning")
    func loads() throws {
        let loaded = try files.load()
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.policy.packs["100"]?.price == Money(minorUnits: 1800, currency: "USD"))
        #expect(loaded.policy.packs["250"]?.products == ["stripe": "price_250", "dodo": "pdt_250"])
        #expect(loaded.policy.packs["50"]?.quantities == 1...20)
        #expect(loaded.policy.packs["100"]?.quantities == 1...1)
        #expect(loaded.policy.defaultPlan?.openingGrants == [50])
        #expect(loaded.policy.lowBalance == 10)
    }

    @Test("prices a call by the first rule that fits")
    func prices() throws {
        let policy = try files.load().policy
        let usual = try policy.quote("generate")
        let large = try policy.quote("generate", attributes: ["size": "large"])
        #expect(usual.cost == 10)
        #expect(usual.timeoutMilliseconds == 60_000)
        #expect(usual.limits.map(\.name) == ["calls per hour by account"])
        #expect(large.cost == 25)
        #expect(large.rule.line > usual.rule.line)
    }

    @Test("says which variables are missing, where it is not for sale")
    func warns() throws {
        let loaded = try PolicyFiles(path: Fixture.shippedPolicy, environment: [:]).load()
        #expect(loaded.warnings.map(\.severity) == Array(repeating: .warning, count: 6))
        #expect(loaded.warnings.first?.message.contains("PRICE_ID_50 is not set") == true)
        #expect(loaded.policy.packs["50"]?.products["stripe"] == nil)
    }

    @Test("can't be sold without its variables")
    func refuses() throws {
        let error = #expect(throws: PolicyFileError.self) {
            try PolicyFiles(path: Fixture.shippedPolicy, environment: [:], forSale: true).load()
        }
        #expect(error?.diagnostics.count == 6)
    }

    @Test("is sold at one provider where only that one's variables are set", arguments: ["PRICE", "DODO"])
    func sellsAtOne(prefix: String) throws {
        let environment = Fixture.priceIDs.filter { $0.key.hasPrefix(prefix) }
        let loaded = try PolicyFiles(path: Fixture.shippedPolicy, environment: environment, forSale: true).load()
        #expect(loaded.policy.packs.values.allSatisfy { $0.products.count == 1 })
        #expect(loaded.warnings.count == 3)
    }
}
