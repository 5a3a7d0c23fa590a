import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation

/// Runs a scenario and compares its result with the expected one.
struct ScenarioRun {
    let scenario: Scenario
    let stage: Stage
    let ledger: SQLiteLedger
    let failing: FailingLedger
    let gate: Gate
    let account: AccountID = "ana"

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    struct HandlerFailed: Error {}

    static func check(_ scenario: Scenario) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pairs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let stage = try Stage(folder: folder.path, policy: scenario.policyBefore, now: scenario.times.opening)
        let ledger = try await stage.openLedger()
        let failing = FailingLedger(ledger) { stage.note($0) }
        let run = ScenarioRun(
            scenario: scenario, stage: stage, ledger: ledger, failing: failing, gate: stage.gate(on: failing))
        do {
            try await run.prepare()
            try await run.play()
        } catch {
            await ledger.close()
            throw Failed(description: "\(scenario)\n\(error)")
        }
        await ledger.close()
    }

    // MARK: Before the call

    private func prepare() async throws {
        let (times, before) = (scenario.times, stage.policy.planBook)
        try await ledger.refresh(account, under: before, at: times.opening)
        if scenario.plan == .absent {
            try await move(to: "pause", at: times.opening.advanced(byMilliseconds: 86_400_000))
            try await move(to: "free", at: times.moving)
        }
        if scenario.plan == .moved { try await move(to: "pro", at: times.moving) }
        if scenario.plan == .missing || scenario.plan == .renamed {
            try await ledger.refresh(account, under: before, at: times.moving)
        }
        try stage.edit(scenario.policyNow)
        stage.turnClock(to: times.call.advanced(byMilliseconds: -3_600_000))
        if scenario.isDrained { try await drain() }
        if scenario.purchase != .none { try await sell() }
        stage.turnClock(to: times.call)
        if scenario.isFull { _ = try await gate.run("act", for: account, member: "mia") { try await succeed($0) } }
        // The gate forgets the account's plan. During an outage the gate uses what it knows.
        _ = try await gate.balance(of: scenario.isLetThrough ? account : "bob")
    }

    private func move(to plan: String, at moment: Timestamp) async throws {
        guard let known = stage.policy.planBook[plan] else { throw Failed(description: "no plan \(plan)") }
        let note = try Ledger.Note(by: "pairs", reason: "moved")
        try await ledger.move(account, to: known, under: stage.policy.planBook, note, at: moment)
    }

    /// Spends all credits.
    private func drain() async throws {
        let now = stage.clock.now
        let spendable = try await gate.balance(of: account).remaining
        guard spendable.rawValue == Purse.given(scenario.plan) else {
            throw Failed(description: "\(Purse.given(scenario.plan)) credits were given, and \(spendable) are there")
        }
        let terms = ChargeTerms(
            action: "drain",
            plans: stage.policy.planBook,
            policyVersion: "pairs",
            rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1)
        )
        let request = ChargeRequest(account: account, cost: spendable, under: terms)
        guard case .held(let id, _, _) = try await ledger.charge(request, at: now) else {
            throw Failed(description: "\(spendable) can't be spent")
        }
        _ = try await ledger.settle(id, .whole, under: stage.policy.planBook, at: now)
    }

    private func sell() async throws {
        let purchase = Sale.purchase(of: account, credits: 300)
        try await ledger.record(purchase, under: stage.policy.planBook, at: stage.clock.now)
        try await tell(.paid())
    }

    private func tell(_ facts: Purchase.Fact...) async throws {
        let names = Purchase.Names(purchase: "pur_1", payments: ["pi_1"])
        let events = facts.map { Purchase.Event(names: names, fact: $0) }
        _ = try await ledger.record(events, of: "stripe", isRehearsal: false, at: stage.clock.now)
    }

    // MARK: The calls

    private func play() async throws {
        let line = OneByOne()
        let (started, end) = (Signal(), Signal())
        let closings = stage.closings
        failing.isOutOfReach = scenario.ending == .outage || scenario.ending == .denied
        let first = Task {
            if scenario.ending == .neverStarted { withUnsafeCurrentTask { $0?.cancel() } }
            defer { started.give() }
            return await answer { try await call { try await handle($0, started, end) } }
        }
        await started.wait()
        var second: Task<String, Never>?
        if scenario.firstRuns {
            if scenario.key == .repeatedWhileRunning {
                second = Task(executorPreference: line) { await answer { try await call(succeed) } }
                await line.settle()
            }
            try stage.edit(scenario.policyMeanwhile)
        }
        try await tellOfThePurchase()
        if scenario.ending == .timedOut, scenario.firstRuns { await stage.clock.waitForSleeper() }
        try stage.edit(scenario.policyNow)
        stage.turnClock(to: scenario.times.afterCall)
        let last = try await finish(first, end)
        var answers = [await first.value]
        await comeBack(closings)
        if let second {
            answers.append(await second.value)
        } else if scenario.hasSecond {
            answers.append(
                await answer { try await call(on: last.gate, isOther: scenario.key == .otherRequest, succeed) })
        }
        try await compare(answers, last.ledger, last.gate)
        if last.ledger !== ledger { await last.ledger.close() }
    }

    private func tellOfThePurchase() async throws {
        switch scenario.purchase {
        case .none, .paid: break
        case .refunded: try await tell(.refund(1000))
        case .disputed: try await tell(.dispute(.opened), .dispute(.withdrawn))
        case .disputeWon:
            try await tell(.dispute(.opened), .dispute(.withdrawn))
            try await tell(.dispute(.won), .dispute(.reinstated))
        }
    }

    /// Ends the first call as the scenario says.
    ///
    /// - Returns: the ledger and the gate to continue with.
    private func finish(_ first: Task<String, Never>, _ end: Signal) async throws -> (ledger: SQLiteLedger, gate: Gate)
    {
        guard scenario.firstRuns else { return (ledger, gate) }
        let lease: Int64 = 4 * 3_600_000
        switch scenario.ending {
        case .timedOut:
            // If the clock went back, or not far enough forward.
            stage.clock.advance(milliseconds: lease)
        case .cancelled, .foreignError: first.cancel()
        case .killed:
            await ledger.close()
            end.give()
            _ = await first.value
            stage.clock.advance(milliseconds: lease)
            let next = try await stage.openLedger()
            _ = try await next.recover(at: stage.clock.now)
            return (next, stage.gate(on: FailingLedger(next) { [stage] in stage.note($0) }))
        case .late:
            stage.clock.advance(milliseconds: lease)
            let other = try await stage.openLedger()
            _ = try await other.recover(at: stage.clock.now)
            await other.close()
            end.give()
        case .outageAtEnd:
            failing.isOutOfReach = true
            end.give()
        default: end.give()
        }
        return (ledger, gate)
    }

    /// The ledger is back, and the waiting charge is written: one charge more than the gate had closed before.
    private func comeBack(_ closings: Int) async {
        guard failing.isOutOfReach else { return }
        failing.isOutOfReach = false
        let waits = scenario.isLetThrough || scenario.ending == .outageAtEnd && !scenario.isOff
        guard waits, scenario.firstRuns else { return }
        await stage.waitForClosing(after: closings)
    }

    private func call(
        on gate: Gate? = nil,
        isOther: Bool = false,
        _ handler: @escaping @Sendable (GatedCall) async throws -> String
    ) async throws -> String {
        try await (gate ?? self.gate).run(
            "act",
            for: account,
            member: "mia",
            attributes: isOther ? ["model": "draft", "size": "large"] : ["model": "draft"],
            key: scenario.key == .none ? nil : try IdempotencyKey("k"),
            onFailure: scenario.keeps ? .chargeReported : .refund,
            isFailure: { $0 == "bad" },
            operation: { charge in
                stage.noteRun()
                return try await handler(charge)
            }
        )
    }

    private func handle(_ charge: GatedCall, _ started: Signal, _ end: Signal) async throws -> String {
        if scenario.reportsSomething { try await charge.report(scenario.price.report) }
        started.give()
        await end.wait()
        switch scenario.ending {
        case .succeeded, .late, .outage, .denied, .outageAtEnd, .neverStarted: return "good"
        case .failed: return "bad"
        case .cancelled, .timedOut: throw CancellationError()
        case .threw, .foreignError, .killed: throw HandlerFailed()
        }
    }

    private func succeed(_ charge: GatedCall) async throws -> String {
        if scenario.reportsSomething { try await charge.report(scenario.price.report) }
        return "good"
    }

    private func answer(_ call: () async throws -> String) async -> String {
        do {
            return try await call()
        } catch let refusal as Refusal {
            let kind = refusal.problem.type.split { $0 == ":" || $0 == "#" }.last
            return kind.map(String.init) ?? "refused"
        } catch let error as Gate.TimedOut {
            return "Gate.TimedOut \(error.charged)"
        } catch {
            return "\(type(of: error))"
        }
    }
}
