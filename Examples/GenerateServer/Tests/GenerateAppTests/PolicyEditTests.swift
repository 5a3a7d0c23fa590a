import Faregate
import Foundation
import Synchronization
import Testing

@testable import GenerateApp

/// Somebody edits the policy while the server runs.
@Suite struct PolicyEditTests {
    @Test("An edited policy sets the price of the next call, and a broken one changes nothing")
    func policyEdit() async throws {
        var server = try await TestServer()
        let file = server.folder.appending(path: "policy.jsonc")
        try write("\"cost\": 10", to: file)
        let reports = Reports()
        let watcher = try await Policy.Watcher(Policy.Files(path: file.path()), orLatestKeptIn: nil) {
            reports.note($0)
        }
        server.policies = watcher
        try await server.run { browser async throws in
            let ana = try await browser.signedIn(as: "ana")
            #expect(try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#).number("cost") == 10)

            try write("\"cost\": 7", to: file)
            watcher.reload()
            #expect(try await ana.get("/api/prices").number("small") == 7)
            #expect(try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#).number("cost") == 7)

            try write("\"cots\": 12", to: file)
            watcher.reload()
            #expect(try await ana.post("/api/generate", #"{"prompt":"a fjord"}"#).number("cost") == 7)
            #expect(try await ana.remaining() == 50 - 10 - 7 - 7)
            #expect(reports.latest.contains("policy.jsonc:2:19"))
            #expect(reports.latest.contains("\n                  ^"))
        }
    }

    private func write(_ cost: String, to file: URL) throws {
        let text = """
            { "actions": {
                "generate": { \(cost) } },
              "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } }, "defaultPlan": "free" }
            """
        try Data(text.utf8).write(to: file)
    }
}

private final class Reports: Sendable {
    private let texts = Mutex<[String]>([])

    func note(_ report: Policy.Watcher.Report) { texts.withLock { $0.append("\(report)") } }

    var latest: String { texts.withLock { $0.last ?? "" } }
}
