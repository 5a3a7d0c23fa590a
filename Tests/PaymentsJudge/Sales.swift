import Faregate
import FaregateChecks
import FaregateSandbox
import FaregateTesting

extension Request {
    /// What the provider tells of every sale that it has, and of another business at the same account.
    func sales() async throws -> [SandboxWebhook] {
        var webhooks: [SandboxWebhook] = []
        for row in HowSalesEnd.rows where (provider == .stripe ? row.stripe : row.dodo) != nil {
            let counter = try SampleShop(for: row.happening, at: provider, clock: ManualClock(now: now))
            _ = try await counter.make(row.happening)
            for foreign in SandboxForeign.allCases { counter.sandbox.addForeign(foreign, typed: "pur_typed") }
            while let webhook = counter.sandbox.nextWebhook() { webhooks.append(webhook) }
        }
        return webhooks
    }
}
