import Faregate
import FaregateSQLite
import FaregateTesting
import Testing

/// Prices that depend on the account's plan.
@Suite("The plan that prices a call", .timeLimit(.minutes(10))) struct PlanPriceTests {
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

    private func cost(_ gate: Gate, key: IdempotencyKey? = nil) async throws -> Credits {
        try await gate.run("chat", for: "ana", key: key) { $0.cost }
    }

    @Test("is the one that the account is on, from the first call after it was moved")
    func theAccountsOwn() async throws {
        try await withScene(PlanPriceTests.text) { scene in
            #expect(try await cost(scene.gate) == 10)
            try await move("ana", to: "pro", in: scene)
            #expect(try await cost(scene.gate) == 1)
            #expect(try await cost(scene.gate) == 1)
            #expect(try await cost(try scene.gate()) == 1, "in another process too")
            try await move("ana", to: "free", in: scene)
            #expect(try await cost(scene.gate) == 10)
            #expect(scene.events.all.filter { $0 == "refused" }.isEmpty)
            let balance = try await scene.balance()
            #expect(balance.used == 23)
        }
    }

    @Test("can't be said by the caller", arguments: ["pro", "free", "gold"])
    func reserved(plan: String) async throws {
        try await withScene(PlanPriceTests.text) { scene in
            for action in ["chat", "export"] {
                let attributes: Attributes = ["plan": .string(plan)]
                let refusal = await #expect(throws: Refusal.self) {
                    try await scene.gate.run(action, for: "ana", attributes: attributes) { _ in }
                }
                #expect(refusal?.problem.status == 400)
                #expect(refusal?.description.contains("a call can't say its \"plan\"") == true)
            }
        }
    }

    @Test("is told with the charge, where the price asked for it")
    func explained() async throws {
        try await withScene(PlanPriceTests.text) { scene in
            try await move("ana", to: "pro", in: scene)
            for (action, plan) in [("chat", "pro"), ("export", nil)] as [(String, String?)] {
                let charge = try await scene.gate.run(action, for: "ana") { $0 }
                let explanation = try await scene.ledger.explain(charge.id)
                #expect(explanation?.attributes["plan"] == plan.map { .string($0) })
                #expect(explanation?.quoted == (plan == nil ? 5 : 1))
            }
        }
    }

    @Test("costs no statement where it is the one that the gate knows, and one more where it is not")
    func statements() async throws {
        let inserts = Collected<String>()
        try await withLedger(trace: { if $0.hasPrefix("INSERT INTO charge_") { inserts.add($0) } }) { ledger in
            let policy = try Policy(parsing: PlanPriceTests.text)
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

    @Test("holds for a key's repeats too: they are answered, and not charged at another price")
    func keys() async throws {
        try await withScene(PlanPriceTests.text) { scene in
            let key = try IdempotencyKey("k")
            #expect(try await cost(scene.gate, key: key) == 10)
            try await move("ana", to: "pro", in: scene)
            let refusal = await #expect(throws: Refusal.self) { try await cost(scene.gate, key: key) }
            #expect(refusal?.problem.type == "urn:faregate:problem:key-completed")
        }
    }

    @Test("may be none, under a policy that has no default plan")
    func none() async throws {
        let text = PlanPriceTests.text.replacing(#""defaultPlan": "free""#, with: #""lowBalance": 0"#)
        try await withScene(text) { scene in
            try await scene.ledger.give(20, reference: "gift")
            #expect(try await cost(scene.gate) == 10)
            try await move("bob", to: "pro", in: scene)
            let charge = try await scene.gate.run("chat", for: "bob") { $0 }
            #expect(charge.cost == 1)
        }
    }

    @Test("is the right one for each of many calls, while the account is moved to and fro")
    func moving() async throws {
        try await withScene(PlanPriceTests.text) { scene in
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
                        // Nobody moves the account meanwhile: this one is priced right at the second attempt at the latest.
                        #expect(try await cost(scene.gate) == (plan == "pro" ? 1 : 10))
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
