import Faregate
import FaregateSQLite
import Foundation
import Testing

/// How `faregate explain` shows a price by usage or by model.
@Suite("The sum behind a charge")
struct ExplainSumTests {
    private static let policy = """
        {
          "actions": {
            "chat": { "cost": { "base": 1, "units": { "in": "1/1000", "out": "4/1000" } }, "hold": { "out": 2000 } },
            "ask": { "cost": { "prices": "model", "markup": "1.3" }, "hold": { "out": 500 } },
            "third": { "cost": { "units": { "words": "1/3" }, "minimum": 2 }, "hold": { "words": 100 } }
          },
          "prices": { "large": { "out": "15/1000" } },
          "plans": { "free": { "grants": [{ "credits": 500, "every": "once" }] } }, "defaultPlan": "free"
        }
        """

    /// A gate that keeps its policy in the ledger, as a server does.
    private func withCalls(_ body: (Tool, Gate) async throws -> Void) async throws {
        try await Tool.inFolderWithLedger(policy: Self.policy) { faregate, ledger in
            let policy = try Policy.Files(path: faregate.path("policy.jsonc"), environment: [:]).load().policy
            try await body(faregate, Gate(ledger: Ledger(ledger), policies: policy, settlement: .durable) { _ in })
        }
    }

    @Test("The reported units, times their prices, make the cost")
    func reported() async throws {
        try await withCalls { faregate, gate in
            try await gate.run("chat", for: "ana", units: ["in": 1200]) { call in try await call.report(["out": 800]) }
            let text = try faregate("explain", "1").output
            let sum = """

                the cost:
                  1 for the call
                  1200 in × 0.001 = 1.2
                  800 out × 0.004 = 3.2
                  5.4 together, rounded up once to 6

                paid
                """
            #expect(text.hasPrefix("charge 1: chat cost 6 credits\n") && text.contains(sum), "\(text)")
        }
    }

    @Test(
        "A price by model names the model and the markup, and the use is that of the policy's hold if none is reported")
    func model() async throws {
        try await withCalls { faregate, gate in
            try await gate.run("ask", for: "ana", attributes: ["model": "large"]) { _ in }
            let text = try faregate("explain", "1").output
            let sum = """

                the cost, with the prices of the model large × 1.3:
                  500 out × 0.0195 = 9.75
                  rounded up once to 10

                """
            #expect(text.contains(sum), "\(text)")
        }
    }

    @Test("A price whose decimals don't end is shown as a fraction, and a minimum is named")
    func fraction() async throws {
        try await withCalls { faregate, gate in
            try await gate.run("third", for: "ana") { _ in }
            try await gate.run("third", for: "ana") { call in try await call.report(["words": 3]) }
            let first = try faregate("explain", "1").output
            #expect(first.contains("\n  100 words × 1/3 = 33 1/3\n  rounded up once to 34\n  at least 2\n"), "\(first)")
            let second = try faregate("explain", "2").output
            #expect(second.contains("\n  3 words × 1/3 = 1\n  at least 2\n"), "\(second)")
        }
    }

    @Test("No sum is shown if the policy lacks the rule or gives another cost than the recorded one")
    func unknown() async throws {
        try await withCalls { faregate, gate in
            try await gate.run("chat", for: "ana") { _ in }
            #expect(try faregate("explain", "1").output.contains("the cost:"))
            try faregate.tamper("DROP TRIGGER IF EXISTS charges_keep_their_price; UPDATE charges SET quoted = 8")
            #expect(try !faregate("explain", "1").output.contains("the cost:"))
        }
    }
}
