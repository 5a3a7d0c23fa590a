import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The code of the guide "Stream and charge for what was streamed", run as it is printed there.
@Suite("The code of the guide \"Stream and charge for what was streamed\"", .endsWhenStuck)
struct StreamAndChargeGuide {
    /// The body that a server writes after its handler has returned.
    private typealias Write = @Sendable (String) async throws -> Void

    private struct Body: Sendable {
        let run: @Sendable (Write) async throws -> Void

        init(_ run: @escaping @Sendable (Write) async throws -> Void) { self.run = run }
    }

    private struct Model: Sendable {
        let tokens: Int

        func stream(_ prompt: String) -> AsyncStream<String> {
            AsyncStream { continuation in
                for number in 0..<tokens { continuation.yield("\(prompt) \(number)") }
                continuation.finish()
            }
        }
    }

    private struct Server: Sendable {
        let gate: Gate
        let model: Model

        func chat(_ prompt: String, for account: AccountID) async throws -> Body {
            let call = try await gate.open("chat", for: account, onFailure: .chargeReported)
            return Body { write in
                for try await token in model.stream(prompt) {
                    try await write(token)
                    if try await call.report(["output_tokens": 1]).isExhausted { break }
                }
                try await call.settle()
            }
        }

        func written(_ prompt: String, for account: AccountID, to write: @escaping Write) async throws {
            try await gate.run("chat", for: account, onFailure: .chargeReported) { call in
                for try await token in model.stream(prompt) {
                    try await write(token)
                    if try await call.report(["output_tokens": 1]).isExhausted { break }
                }
            }
        }

        func runUntilCancelled() async throws {
            let service = FaregateService(gate, waitingForCalls: .seconds(30))
            try await service.run()  // until the task is cancelled
        }
    }

    private static let guide: String = {
        let file = URL(filePath: #filePath)
            .appending(path: "../../../../Sources/Faregate/Faregate.docc/StreamAndCharge.md").standardized
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    private static func blocks(_ language: String) -> [String] {
        guide.components(separatedBy: "```\(language)\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }

    private func withServer(
        tokens: Int,
        on kinds: [LedgerKind] = LedgerKind.chosen,
        _ body: (Server, Scene) async throws -> Void
    ) async throws {
        let text = try #require(Self.blocks("jsonc").first)
        try await withScene(text, on: kinds) { scene in
            try await body(Server(gate: scene.gate, model: Model(tokens: tokens)), scene)
        }
    }

    @Test("A stream that reaches its end costs what it wrote", arguments: [true, false])
    func wholeStream(isOpened: Bool) async throws {
        try await withServer(tokens: 1000) { server, scene in
            let lines = Collected<String>()
            if isOpened {
                let body = try await server.chat("hello", for: "ana")
                try await scene.expect(used: 0, held: 9)
                try await body.run { lines.add($0) }
            } else {
                try await server.written("hello", for: "ana") { lines.add($0) }
            }
            #expect(lines.all.count == 1000)
            try await scene.expect(used: 5)
            #expect(scene.events.all == ["allowed", "settled"])
        }
    }

    @Test("A stream whose client disconnects costs what it had written")
    func brokenStream() async throws {
        try await withServer(tokens: 1000) { server, scene in
            func answer() async throws {
                let lines = Collected<String>()
                try await server.chat("hello", for: "ana").run { token in
                    lines.add(token)
                    if lines.all.count == 300 { throw HandlerFailed() }
                }
            }
            await #expect(throws: HandlerFailed.self) { try await answer() }
            await scene.gate.waitForOpenCalls()
            // 299 tokens were reported.
            try await scene.expect(used: 3)
            #expect(scene.events.all == ["allowed", "settled"])
        }
    }

    @Test("A stream that nobody reads costs nothing")
    func unreadStream() async throws {
        try await withServer(tokens: 10) { server, scene in
            func answer() async throws { _ = try await server.chat("hello", for: "ana") }
            try await answer()
            await scene.gate.waitForOpenCalls()
            try await scene.expect(used: 0)
            #expect(scene.events.all == ["allowed", "refunded: dropped"])
        }
    }

    @Test("A stream that spends the last credit stops there, and nothing is short")
    func lastCredit() async throws {
        try await withServer(tokens: 100_000) { server, scene in
            let lines = Collected<Int>()
            try await server.chat("hello", for: "ana").run { lines.add($0.utf8.count) }
            // 49 credits after the base; the last of them is spent, rounded up, by token 12,001.
            #expect(lines.all.count == 12_001)
            try await scene.expect(used: 50)
            #expect(scene.events.all == ["allowed", "settled"])
            await #expect(throws: Refusal.self) { _ = try await server.chat("hello", for: "ana") }
        }
    }

    @Test("The service waits for a stream that is still written at shutdown")
    func ending() async throws {
        try await withServer(tokens: 5, on: [.sqlite]) { server, scene in
            let body = try await server.chat("hello", for: "ana")
            let running = Task { try await server.runUntilCancelled() }
            running.cancel()
            await scene.clock.waitForSleeper()
            try await body.run { _ in }
            try await running.value
            #expect(scene.events.all == ["allowed", "settled"])
        }
    }

    @Test("These tests run each block of Swift in the guide")
    func code() throws {
        func lines(_ text: some StringProtocol) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        let run = lines(try String(contentsOf: URL(filePath: #filePath), encoding: .utf8))
        let blocks = Self.blocks("swift").map { lines($0) }
        #expect(blocks.count == 3)
        for block in blocks {
            let isThere = run.indices.contains { run[$0...].prefix(block.count).elementsEqual(block) }
            #expect(isThere, "no test runs this:\n\(block.joined(separator: "\n"))")
        }
    }
}
