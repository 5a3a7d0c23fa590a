import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// The code of the guides about accounts and about operating a ledger, as printed there. ``GuideTests`` finds each
/// block here.
@Suite(.endsWhenStuck) struct AccountsGuide {
    private final class Logger: Sendable {
        let lines = Lines()
        func warning(_ line: String) { lines.add("warning: \(line)") }
        func notice(_ line: String) { lines.add("notice: \(line)") }
        func critical(_ line: String) { lines.add("critical: \(line)") }
    }

    private let account = AccountID("ana")
    private let logger = Logger()

    private func show(_ problem: Problem) { logger.warning(problem.detail) }
    private func show(_ text: String) { logger.notice(text) }

    private func ask(_ gate: Gate) async throws {
        let standing = try await gate.standing(of: account)
        let spendable = standing.credits.spendable  // 42 credits
        let expiring = standing.credits.expiring  // 20 credits, on 3 March
        let coming = standing.credits.coming.first  // 100 credits, on 14 March, by the plan's grant "month"
        let generate = standing["generate"]  // its cost on the account's plan, whether it passes, and its limits
        if let refusal = generate?.refusal { show(refusal.detail) }  // why not, and when it will pass
        #expect(spendable == 30 && expiring == nil && coming == nil)
        let preview = try await gate.preview("summarize", for: account, units: ["tokens": 12_000])
        if let refusal = preview.refusal { show(refusal.problem) } else { show("This costs \(preview.cost) credits") }
    }

    private func refund(_ charge: ChargeID, by gate: Gate) async throws {
        switch try await gate.giveBack(charge, reason: "the picture was blank", by: "eva") {
        case .givenBack(let made): show("\(made.credits) credits are back")
        case .alreadyGivenBack(let made): show("\(made.by) gave back \(made.credits) credits before")
        default: show("nothing can be given back for this call")  // it is open, was refunded, or cost nothing
        }
    }

    private func opened(_ path: String) async throws -> Ledger {
        let ledger = try await Ledger.sqlite(path) { event in
            switch event {
            case .failed: logger.warning("\(event)")  // retried automatically
            case .recovered: logger.notice("\(event)")  // credits held by a process that died were refunded
            case .stopped: logger.critical("\(event)")  // no writes until a restart
            @unknown default: logger.notice("\(event)")
            }
        }
        return ledger
    }

    /// Compiled and not run: the folder is the one from which the tests run.
    private func follow(_ ledger: Ledger) async throws -> Policy.Watcher {
        let files = Policy.Files(path: "policies")
        let policies = try await Policy.Watcher(files, orLatestKeptIn: ledger) { report in logger.notice("\(report)") }
        return policies
    }

    private func watch(_ ledger: Ledger) async throws {
        if let statistics = try await ledger.sqlite?.statistics() {
            for problem in statistics.problems(at: SystemClock().now) { logger.warning("\(problem)") }
        }
    }

    @Test("A preview says what a call would cost, or why it would be refused")
    func preview() async throws {
        let memory = InMemory(balances: ["ana": 30])
        let policy = try Policy(
            parsing: """
                { "actions": { "summarize": { "cost": { "units": { "tokens": "1/1000" } }, "hold": { "tokens": 1000 } } } }
                """
        )
        let gate = Gate(ledger: memory.ledger, policies: policy, clock: memory.clock)
        try await ask(gate)
        #expect(logger.lines.all == ["notice: This costs 12 credits"])
        #expect(memory.credits(of: "ana") == 30)
    }

    @Test("A settled call is given back once")
    func givingBack() async throws {
        let memory = InMemory(balances: ["ana": 30])
        let policy = try Policy(parsing: #"{ "actions": { "generate": { "cost": 10 } } }"#)
        let gate = Gate(ledger: memory.ledger, policies: policy, clock: memory.clock, settlement: .durable)
        let charge = try await gate.run("generate", for: account) { $0.id }
        for charge in [charge, charge, ChargeID(rawValue: 99)] { try await refund(charge, by: gate) }
        #expect(
            logger.lines.all == [
                "notice: 10 credits are back", "notice: eva gave back 10 credits before",
                "notice: nothing can be given back for this call",
            ])
        #expect(memory.credits(of: "ana") == 30)
    }

    @Test("A healthy ledger has no problems to log")
    func statistics() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "guide-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try await opened(folder.appending(path: "credits.faregate").path)
        try await watch(ledger)
        await ledger.close()
        #expect(logger.lines.all.isEmpty)
    }
}
