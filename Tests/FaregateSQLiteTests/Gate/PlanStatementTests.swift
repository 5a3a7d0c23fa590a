import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// What the gate asks of the file, where the price depends on the account's plan.
@Suite("The plan that prices a call", .endsWhenStuck) struct PlanStatementTests {
    private static let text = """
        {
          "actions": {
            "chat": { "cost": 10, "rules": [{ "when": { "plan": "pro" }, "cost": 1 }] },
            "export": { "cost": 5 }
          },
          "plans": {
            "free": { "grants": [{ "credits": 50, "every": "once" }] },
            "pro": { "grants": [{ "credits": 500, "every": "once" }] }
          },
          "defaultPlan": "free"
        }
        """

    private func move(_ account: AccountID, to name: String, in scene: Scene) async throws {
        let policy = scene.gate.policy
        let plan = try #require(policy.plans[name])
        let note = try Ledger.Note(by: "test", reason: "moved")
        try await scene.ledger.move(account, to: plan, under: policy.planBook, note, at: scene.clock.now)
    }

    @Test("A known plan needs no further statement, and an unknown one needs one more")
    func statements() async throws {
        let inserts = Collected<String>()
        try await withLedger(trace: { if $0.hasPrefix("INSERT INTO charge_") { inserts.add($0) } }) { ledger in
            let policy = try Policy(parsing: PlanStatementTests.text)
            let gate = Gate(
                ledger: Ledger(ledger), policies: policy, clock: ManualClock(now: newYear), settlement: .durable)
            // The first charge of a process takes its lease too.
            try await gate.run("export", for: "bob") { _ in }
            var count = inserts.all.count
            func expect(_ more: Int, _ what: Comment) async throws {
                try await gate.run("chat", for: "ana") { _ in }
                count += more
                #expect(inserts.all.count == count, what)
            }
            try await expect(1, "a new account is on the default plan")
            try await expect(1, "so it is later")
            let pro = try #require(policy.plans["pro"])
            let note = try Ledger.Note(by: "test", reason: "moved")
            try await ledger.move("ana", to: pro, under: policy.planBook, note, at: newYear)
            try await expect(2, "the gate learns the plan")
            try await expect(1, "and knows it")
            _ = try await gate.balance(of: "ana")
            try await expect(1, "a balance tells it too")
        }
    }

    @Test("Each of many calls gets the price of its plan while the account moves between plans")
    func moving() async throws {
        try await withScene(PlanStatementTests.text) { scene in
            _ = try await scene.balance()
            // Notes with each charge the plan that its account is on.
            try RawDatabase(scene.ledger.path).execute(
                """
                CREATE TABLE seen (cost INTEGER, plan TEXT);
                CREATE TRIGGER sees AFTER INSERT ON charges BEGIN
                    INSERT INTO seen SELECT NEW.quoted, plan FROM accounts WHERE id = NEW.account_id; END
                """
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for turn in 0..<10 {
                        let plan = turn % 2 == 0 ? "pro" : "free"
                        try await move("ana", to: plan, in: scene)
                        // Nobody moves the account meanwhile: this one is priced right at the second attempt at the
                        // latest.
                        #expect(try await scene.gate.run("chat", for: "ana") { $0.cost } == (plan == "pro" ? 1 : 10))
                    }
                }
                for _ in 0..<30 {
                    group.addTask {
                        do { try await scene.gate.run("chat", for: "ana") { _ in } } catch is Refusal {}
                    }
                }
                try await group.waitForAll()
            }
            let database = try RawDatabase(scene.ledger.path)
            let wrong = "SELECT count(*) FROM seen WHERE cost <> CASE plan WHEN 'pro' THEN 1 ELSE 10 END"
            #expect(try database.integer(wrong) == 0)
            #expect(try database.integer("SELECT count(*) FROM seen") >= 10)
        }
    }
}
