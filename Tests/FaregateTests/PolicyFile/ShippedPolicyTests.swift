import Faregate
import Foundation
import Testing

@Suite("The shipped policy")
struct ShippedPolicyTests {
    private let files = Policy.Files(path: Fixture.shippedPolicy, environment: Fixture.priceIDs, forSale: true)

    @Test("The shipped policy loads without a warning when its variables are set")
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

    @Test("The shipped policy prices a call by the first matching rule")
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

    @Test("The shipped policy reports its missing variables when packs aren't for sale")
    func warns() throws {
        let loaded = try Policy.Files(path: Fixture.shippedPolicy, environment: [:]).load()
        #expect(loaded.warnings.map(\.severity) == [.warning])
        for name in Fixture.priceIDs.keys { #expect(loaded.warnings.first?.message.contains("\(name) (line ") == true) }
        #expect(loaded.policy.packs["50"]?.products["stripe"] == nil)
    }

    @Test("The shipped policy can't sell packs without its variables")
    func refuses() throws {
        let error = #expect(throws: Policy.FileError.self) {
            try Policy.Files(path: Fixture.shippedPolicy, environment: [:], forSale: true).load()
        }
        #expect(error?.diagnostics.map(\.severity) == [.error])
    }

    @Test("A pack is sold at one provider if only that provider's variables are set", arguments: ["PRICE", "DODO"])
    func sellsAtOne(prefix: String) throws {
        let environment = Fixture.priceIDs.filter { $0.key.hasPrefix(prefix) }
        let loaded = try Policy.Files(path: Fixture.shippedPolicy, environment: environment, forSale: true).load()
        #expect(loaded.policy.packs.values.allSatisfy { $0.products.count == 1 })
        #expect(loaded.warnings.count == 1)
    }
}
