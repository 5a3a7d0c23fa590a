import Faregate
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Random histories at the provider: the shop ends with the provider's state, however the events were delivered.
@Suite(.endsWhenStuck) struct SandboxHistoryTests {
    @Test(
        "Shuffled, repeated, late and foreign webhooks leave every purchase worth what the provider kept",
        arguments: 1...Depth.of(quick: 1, thorough: 60) as ClosedRange<UInt64>
    )
    func anyOrder(seed: UInt64) async throws {
        for counter in try SandboxCounter.all() {
            var random = SeededGenerator(seed: seed)
            try await counter.actAtRandom(&random)
            for _ in 0..<12 { try counter.actElsewhere(&random) }
            try counter.endPendingRefunds()
            counter.sandbox.duplicateWebhooks()
            counter.sandbox.shuffleWebhooks(seed: seed)
            let own = Set(try await counter.ledger.purchases(.latest(count: 1000)).compactMap(\.checkout))
            var foreign: Set<String> = []
            while let webhook = counter.sandbox.nextWebhook() {
                if !own.contains(webhook.checkout) { foreign.insert(webhook.event) }
                let answer = await counter.payments.receive(
                    provider: counter.sandbox.provider.rawValue,
                    headers: webhook.headers,
                    body: webhook.body
                )
                #expect(answer.status == 200, "\(webhook.type)")
            }
            try await counter.check("seed \(seed)")
            try await counter.checkInbox(foreign: foreign, "seed \(seed)")
        }
    }

    @Test(
        "Reconcile brings every purchase to what the provider kept when every webhook was lost",
        arguments: 1...Depth.of(quick: 2, thorough: 60) as ClosedRange<UInt64>
    )
    func reconciled(seed: UInt64) async throws {
        for counter in try SandboxCounter.all() {
            var random = SeededGenerator(seed: seed)
            let start = counter.clock.now
            try await counter.actAtRandom(&random)
            counter.sandbox.loseWebhooks()
            let name = counter.sandbox.provider.rawValue
            _ = try await counter.payments.reconcile(provider: name, since: start, isRehearsal: false)
            try await counter.check("seed \(seed)")
            let again = try await counter.payments.reconcile(provider: name, since: start)
            #expect(again.differences.isEmpty && again.absent.isEmpty)
        }
    }

    @Test(
        "The page after the payment finds the payment with or without a webhook",
        arguments: PaymentSandbox.Provider.allCases)
    func confirmed(provider: PaymentSandbox.Provider) async throws {
        for counter in try SandboxCounter.all() where counter.sandbox.provider == provider {
            let opened = try await counter.open(quantity: 10)
            #expect(try await counter.payments.confirm(opened.purchase, of: Shop.account)?.position.status == .opened)
            try counter.sandbox.perform(.payLater, on: opened.id)
            counter.clock.advance(milliseconds: 3000)
            #expect(try await counter.payments.confirm(opened.purchase, of: Shop.account)?.position.status == .pending)
            try counter.sandbox.perform(.arrive, on: opened.id)
            counter.clock.advance(milliseconds: 3000)
            let record = try await counter.payments.confirm(opened.purchase, of: Shop.account)
            #expect(record?.position.status == .paid)
            #expect(record?.position.credits == 70)
            #expect(record?.billing?.receipt?.path().contains("/receipt/") == true)
            #expect(record?.billing?.name == "Pat Sandbox")
        }
    }
}
