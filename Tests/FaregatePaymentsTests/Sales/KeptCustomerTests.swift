import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

@Suite("Customers that are kept with the account", .serialized) struct KeptCustomerTests {
    private func counter(_ kind: PaymentSandbox.Provider) throws -> SampleShop {
        try SampleShop(
            kind,
            taxPercent: 20,
            stripe: Stripe.CheckoutOptions(automaticTax: true, collectsTaxIDs: true, keepsCustomers: true),
            dodo: Dodo.CheckoutOptions(keepsCustomers: true)
        )
    }

    private func customer(_ counter: SampleShop, of account: AccountID = SampleShop.account) async throws -> String? {
        try await counter.ledger.customer(of: account, provider: counter.sandbox.provider.rawValue)
    }

    @Test(
        "A customer is made at the first checkout, once, and used for every later one",
        arguments: PaymentSandbox.Provider.allCases)
    func once(kind: PaymentSandbox.Provider) async throws {
        let counter = try counter(kind)
        let first = try await counter.open()
        let kept = try #require(await customer(counter))
        let second = try await counter.open(email: "another@example.com")
        #expect(try await customer(counter) == kept)
        for opened in [first, second] {
            #expect(counter.sandbox.checkout(opened.id)?.customerEmail == SampleShop.email)
            try counter.perform(.pay, on: opened.id)
        }
        #expect(await counter.deliver().isEmpty)
        #expect(counter.ledger.credits(of: SampleShop.account) == 200)
        _ = try await counter.open(for: "ben")
        #expect(try await customer(counter, of: "ben") != kept)
    }

    @Test(
        "A customer that the provider no longer knows is made anew, once", arguments: PaymentSandbox.Provider.allCases)
    func anew(kind: PaymentSandbox.Provider) async throws {
        let counter = try counter(kind)
        _ = try await counter.open()
        let lost = try #require(await customer(counter))
        counter.sandbox.deleteCustomer(lost)
        let opened = try await counter.open()
        let kept = try #require(await customer(counter))
        #expect(kept != lost)
        try counter.perform(.pay, on: opened.id)
        #expect(await counter.deliver().isEmpty)
        #expect(counter.ledger.credits(of: SampleShop.account) == 100)
    }

    @Test("Dodo makes no customer without an e-mail address, and Stripe asks for the address on its page")
    func withoutAddress() async throws {
        let dodo = try counter(.dodo)
        _ = try await dodo.open(email: nil)
        #expect(try await customer(dodo) == nil)
        let stripe = try counter(.stripe)
        _ = try await stripe.open(email: nil)
        #expect(try await customer(stripe) != nil)
    }

    @Test("Two servers at the same time make one customer at Stripe")
    func atOnce() async throws {
        let counter = try counter(.stripe)
        let made = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await counter.provider.makeCustomer(of: "ana", email: "ana@example.com", insteadOf: nil)
                }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(made.count == 1)
    }

    @Test("A shop that keeps no customers makes none", arguments: PaymentSandbox.Provider.allCases)
    func notAsked(kind: PaymentSandbox.Provider) async throws {
        let counter = try SampleShop(kind)
        _ = try await counter.open()
        #expect(try await customer(counter) == nil)
    }
}
