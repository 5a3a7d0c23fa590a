import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The blocks of shell in the README and in the guides, run as printed.
@Suite(.endsWhenStuck) struct GuideShellTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    private static let policy = """
        {
          "actions": { "generate": { "cost": 10, "rules": [{ "when": { "size": "large" }, "cost": 25 }] } },
          "plans": {
            "free": { "grants": [{ "credits": 500, "every": "once" }] },
            "pro": { "grants": [{ "credits": 500, "every": "month" }] }
          },
          "defaultPlan": "free",
        }
        """

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The commands in the blocks of shell of a file, without comments.
    private static func commands(in path: String) throws -> [String] {
        try text(path).components(separatedBy: "```sh\n").dropFirst()
            .flatMap { $0.components(separatedBy: "```")[0].split(separator: "\n").map(String.init) }
            .map { $0.components(separatedBy: " #")[0].trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix("export ") }
    }

    private static var guides: [String] {
        get throws {
            let folder = "Sources/Faregate/Faregate.docc"
            return try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
                .filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
        }
    }

    /// A paid purchase, one with a payment that is too small, and an unreadable event.
    private func fill(_ ledger: SQLiteLedger) async throws {
        let now = SystemClock().now
        for (number, amount) in [(1, 1000), (2, 7)] {
            let id = try Purchase.ID("pur_\(number)")
            try await ledger.record(Sale.purchase(id), under: .empty, at: now)
            let url = try #require(URL(string: "https://pay.example/\(number)"))
            let checkout = Purchase.Checkout(purchase: id, id: "cs_\(number)", url: url, expiresAt: nil)
            try await ledger.attach(checkout, to: id, at: now)
            let paid = Purchase.Event(names: Purchase.Names(checkout: "cs_\(number)"), fact: .paid(Int64(amount)))
            let event = Inbox.Event(
                id: Inbox.Event.ID(provider: "stripe", event: "evt_\(number)"), type: "test", body: Data("{}".utf8))
            _ = try await ledger.receive(event, reading: .facts([paid]), at: now)
        }
    }

    /// Placeholders that a reader replaces, with the names in this ledger.
    private func filled(_ command: String, charge: String, in faregate: Tool) -> String {
        let names = [
            ("pur_…", "pur_2"), ("re_…", "re_1"), ("evt_…", "evt_1"), (" 4711", " \(charge)"),
            ("convert in.png out.jpg", "true"), ("/var/lib/shop/", faregate.path("")), ("/backup/", faregate.path("")),
        ]
        return names.reduce(command) { $0.replacing($1.0, with: $1.1) }
    }

    @Test("Each command that the guides print runs and ends with success or a refusal")
    func commands() async throws {
        let stripe = try StandIn([
            "/v1/checkout/sessions": #"{"object":"list","has_more":false,"data":[]}"#,
            "/v1/refunds": #"{"object":"list","has_more":false,"data":[]}"#,
            "/v1/disputes": #"{"object":"list","has_more":false,"data":[]}"#,
        ])
        defer { stripe.stop() }
        let environment = ["STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_API_BASE": stripe.baseURL]
        try await Tool.inFolderWithLedger(policy: Self.policy) { faregate, ledger in
            try await fill(ledger)
            await ledger.close()
            try FileManager.default.createDirectory(
                atPath: faregate.path("policies"), withIntermediateDirectories: true)
            try Data(Self.policy.utf8).write(to: URL(fileURLWithPath: faregate.path("policies/credits.jsonc")))
            let models = #"{ "anthropic": { "models": { "large": { "cost": { "input": 3, "cache_read": 0.3 } } } } }"#
            try Data(models.utf8).write(to: URL(fileURLWithPath: faregate.path("models.json")))
            #expect(try faregate("run", "generate", "--account", "ana", "--", "true").status == 0)
            let charge = try #require(try faregate.column("SELECT max(id) FROM charges").first)
            var count = 0
            for guide in try Self.guides {
                for command in try Self.commands(in: guide) where command.hasPrefix("faregate ") {
                    // A ledger in PostgreSQL needs a server, and a tool that was built with the trait.
                    if command == "faregate init" || command.contains("postgres://") { continue }
                    let answer = try faregate.shell(
                        filled(command, charge: charge, in: faregate), environment: environment)
                    #expect(answer.status == 0 || answer.status == 1, "\(guide): \(command)\n\(answer.error)")
                    count += 1
                }
            }
            #expect(count > 40)
        }
    }

    @Test("Each script that a README or CONTRIBUTING names exists and has valid syntax")
    func scripts() throws {
        var names: Set<String> = []
        for file in ["README.md", "CONTRIBUTING.md", "Benchmarks/README.md"] {
            names.formUnion(try Self.text(file).matches(of: /Scripts\/([a-z-]+)/).map { String($0.1) })
        }
        #expect(names.count > 8)
        for name in names.sorted() {
            let script = try Self.text("Scripts/\(name)")
            guard script.hasPrefix("#!/usr/bin/env bash") else { continue }
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/bash")
            shell.arguments = ["-n", Self.root.appending(path: "Scripts/\(name)").path]
            try shell.run()
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 0, "Scripts/\(name)")
        }
    }
}
