import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import Testing

/// Random histories at the provider: what the shop has of them in the end is what the provider has, however they were
/// told. `FAREGATE_SEEDS` says how many.
@Suite(.timeLimit(.minutes(10))) struct SandboxHistoryTests {
    private static let seeds = ProcessInfo.processInfo.environment["FAREGATE_SEEDS"].flatMap { UInt64($0) } ?? 10

    @Test(
        "Shuffled, repeated, told late and by both families of events: every purchase is worth what the provider kept",
        arguments: 1...SandboxHistoryTests.seeds
    )
    func webhooksInAnyOrder(seed: UInt64) async throws {
        for counter in try SandboxCounter.all() {
            var random = SeededGenerator(seed: seed)
            for _ in 0..<12 {
                try await counter.live(&random)
                try counter.liveElsewhere(&random)
            }
            try counter.endPendingRefunds()
            counter.sandbox.duplicateWebhooks()
            counter.sandbox.shuffleWebhooks(seed: seed)
            while let webhook = counter.sandbox.nextWebhook() {
                let answer = await counter.payments.receive(
                    provider: counter.sandbox.provider.rawValue,
                    headers: webhook.headers,
                    body: webhook.body
                )
                #expect(answer.status == 200, "\(webhook.type)")
            }
            try await counter.check("seed \(seed)")
        }
    }

    @Test(
        "When every webhook was lost, reconciling brings every purchase to what the provider kept",
        arguments: 1...SandboxHistoryTests.seeds
    )
    func reconciled(seed: UInt64) async throws {
        for counter in try SandboxCounter.all() {
            var random = SeededGenerator(seed: seed)
            let start = counter.clock.now
            for _ in 0..<12 { try await counter.live(&random) }
            counter.sandbox.loseWebhooks()
            let name = counter.sandbox.provider.rawValue
            _ = try await counter.payments.reconcile(provider: name, since: start, isRehearsal: false)
            try await counter.check("seed \(seed)")
            let again = try await counter.payments.reconcile(provider: name, since: start)
            #expect(again.isClean)
        }
    }

    @Test("The page after the payment finds it, webhook or none", arguments: PaymentSandbox.Provider.allCases)
    func confirmed(provider: PaymentSandbox.Provider) async throws {
        for counter in try SandboxCounter.all() where counter.sandbox.provider == provider {
            let opened = try await counter.open(quantity: 10)
            #expect(try await counter.payments.confirm(opened.purchase)?.position.status == .opened)
            try counter.sandbox.perform(.payLater, on: opened.id)
            #expect(try await counter.payments.confirm(opened.purchase)?.position.status == .pending)
            try counter.sandbox.perform(.arrive, on: opened.id)
            let record = try await counter.payments.confirm(opened.purchase)
            #expect(record?.position.status == .paid)
            #expect(record?.position.credits == 70)
            #expect(record?.billing?.receipt?.path().contains("/receipt/") == true)
            #expect(record?.billing?.name == "Pat Sandbox")
        }
    }
}
