import Faregate
import FaregateChecks
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

@Suite("Each kind of sale") struct HowSalesEndTests {
    /// How the shop learns of the payment.
    enum Way: String, CaseIterable, Sendable {
        case webhooks, shuffledTwice, confirm, reconcile
    }

    @Test(
        "Each kind of sale grants the credits and asks for the decisions that the table lists",
        arguments: HowSalesEnd.Happening.allCases,
        Way.allCases
    )
    func rows(happening: HowSalesEnd.Happening, way: Way) async throws {
        let row = try #require(HowSalesEnd.rows.first { $0.happening == happening })
        for (kind, credits) in [(PaymentSandbox.Provider.stripe, row.stripe), (.dodo, row.dodo)] {
            guard let credits else { continue }
            let counter = try SampleShop(for: happening, at: kind)
            let opened = try await counter.make(happening)
            try await hear(counter, of: opened, by: way)
            let record = try #require(await counter.record(opened.purchase))
            #expect(record.position.credits.rawValue == credits, "\(kind), \(record)")
            #expect(record.position.flags == row.flags, "\(kind), \(record)")
            #expect(try await counter.ledger.inbox(.state(.flagged, count: 10)).isEmpty)
            #expect(try await counter.ledger.inbox(.state(.pending, count: 10)).isEmpty)
        }
    }

    private func hear(_ counter: SampleShop, of opened: Purchase.Checkout, by way: Way) async throws {
        switch way {
        case .webhooks: break
        case .shuffledTwice:
            counter.sandbox.duplicateWebhooks()
            counter.sandbox.shuffleWebhooks(seed: 7)
        case .confirm:
            counter.sandbox.loseWebhooks()
            _ = try await counter.payments.confirm(opened.purchase, of: SampleShop.account)
        case .reconcile:
            counter.sandbox.loseWebhooks()
            _ = try await counter.payments.reconcile(
                provider: counter.sandbox.provider.rawValue,
                since: counter.clock.now,
                isRehearsal: false
            )
        }
        #expect(await counter.deliver().isEmpty)
    }

    @Test("The table has one line for every kind of sale")
    func complete() {
        #expect(HowSalesEnd.rows.map(\.happening) == HowSalesEnd.Happening.allCases)
    }

    @Test("The guide has the same table")
    func guide() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/Faregate/Faregate.docc/SellingCredits.md").standardized
        let text = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- sales -->\n")).upperBound
        let stop = try #require(text.range(of: "<!-- end of sales -->")).lowerBound
        let made = "\n" + HowSalesEnd.guide + "\n\n"
        if ProcessInfo.processInfo.environment["FAREGATE_REWRITE_GOLDEN"] == "1" {
            try text.replacingCharacters(in: start..<stop, with: made).write(
                to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(text[start..<stop] == made)
        }
    }
}
