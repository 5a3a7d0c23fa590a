import Faregate
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// From the provider to the account: another product is paid for than was sold, at the same price.
@Suite(.endsWhenStuck) struct SandboxCartTests {
    private static let note = try? Ledger.Note(by: "kim", reason: "agreed by phone")

    private func counter(_ provider: PaymentSandbox.Provider) throws -> SandboxCounter {
        try #require(try SandboxCounter.all().first { $0.sandbox.provider == provider })
    }

    /// A checkout of ten packs, in which another product is paid for.
    private func payForAnother(
        _ product: String = "another",
        _ quantity: Int = 10,
        at counter: SandboxCounter
    ) async throws -> Purchase.Checkout {
        let opened = try await counter.open(quantity: 10)
        try counter.sandbox.fillCart(of: opened.id, with: product, quantity: quantity)
        try counter.sandbox.perform(.pay, on: opened.id)
        return opened
    }

    private func expectHeldUntilApproved(_ opened: Purchase.Checkout, at counter: SandboxCounter) async throws {
        let flagged = try await counter.ledger.purchases(.flagged(count: 10))
        let record = try #require(flagged.first)
        #expect(flagged.count == 1 && record.purchase.id == opened.purchase)
        #expect(record.position.status == .held && record.position.flags == [.packMismatch])
        #expect(counter.ledger.credits(of: Shop.account) == 0)
        let change = try await counter.ledger.approve(
            opened.purchase,
            try #require(Self.note),
            at: counter.clock.now
        )
        #expect(change?.before?.credits == 0 && change?.after?.credits == 70)
        #expect(counter.ledger.credits(of: Shop.account) == 70)
    }

    @Test("Dodo's webhook reports a changed cart, and nothing is granted until a person approves")
    func webhook() async throws {
        for (product, quantity) in [("another", 10), ("pdt_pieces", 11), ("price_pieces", 10)] {
            let counter = try counter(.dodo)
            let opened = try await payForAnother(product, quantity, at: counter)
            while let webhook = counter.sandbox.nextWebhook() {
                let answer = await counter.payments.receive(
                    provider: "dodo",
                    headers: webhook.headers,
                    body: webhook.body
                )
                #expect(answer.status == 200)
            }
            try await expectHeldUntilApproved(opened, at: counter)
        }
    }

    @Test("The page after the payment of a changed cart grants nothing", arguments: PaymentSandbox.Provider.allCases)
    func confirmed(provider: PaymentSandbox.Provider) async throws {
        let counter = try counter(provider)
        let opened = try await payForAnother(at: counter)
        let record = try await counter.payments.confirm(opened.purchase, of: Shop.account)
        #expect(record?.position.status == .held)
        try await expectHeldUntilApproved(opened, at: counter)
    }

    @Test("Reconcile sees a changed cart in the provider's lists too", arguments: PaymentSandbox.Provider.allCases)
    func reconciled(provider: PaymentSandbox.Provider) async throws {
        let counter = try counter(provider)
        let start = counter.clock.now
        let opened = try await payForAnother(at: counter)
        counter.sandbox.loseWebhooks()
        let name = provider.rawValue
        let found = try await counter.payments.reconcile(provider: name, since: start, isRehearsal: false)
        #expect(found.differences.map(\.after?.status) == [.held])
        try await expectHeldUntilApproved(opened, at: counter)
        let again = try await counter.payments.reconcile(provider: name, since: start)
        #expect(again.isClean)
    }

    @Test(
        "Reconcile takes credits back when the line items differ from what Stripe's webhook reported"
    )
    func found() async throws {
        let counter = try counter(.stripe)
        let start = counter.clock.now
        let opened = try await payForAnother(at: counter)
        while let webhook = counter.sandbox.nextWebhook() {
            _ = await counter.payments.receive(provider: "stripe", headers: webhook.headers, body: webhook.body)
        }
        #expect(counter.ledger.credits(of: Shop.account) == 70)
        let found = try await counter.payments.reconcile(provider: "stripe", since: start, isRehearsal: false)
        #expect(found.differences.map(\.before?.credits) == [70])
        try await expectHeldUntilApproved(opened, at: counter)
    }

    @Test("A cart can be changed only while its checkout is open")
    func tooLate() async throws {
        let counter = try counter(.stripe)
        let opened = try await payForAnother(at: counter)
        #expect(throws: SandboxRefusal.self) { try counter.sandbox.fillCart(of: opened.id, with: "price_pieces") }
        #expect(throws: SandboxRefusal.self) { try counter.sandbox.fillCart(of: "cs_none", with: "price_pieces") }
        #expect(counter.sandbox.checkout(opened.id)?.product == "another")
    }
}
