import Faregate
import FaregateTesting
import Testing

@Suite("Changes of accounts by hand") struct AccountVerbTests {
    private let now = Timestamp(rawValue: 1_767_225_600_000)

    private func gate(clock: ManualClock? = nil) throws -> Gate {
        let text = """
            {
              "actions": { "generate": { "cost": 10 } },
              "plans": {
                "free": { "grants": [{ "credits": 50, "every": "once" }] },
                "pro": { "was": ["plus"], "grants": [{ "credits": 500, "every": "month" }] }
              },
              "defaultPlan": "free"
            }
            """
        return Gate(
            ledger: Ledger(MemoryLedger()), policies: try Policy(parsing: text), clock: clock ?? ManualClock(now: now),
            settlement: .durable)
    }

    @Test("A grant opens a new account on the default plan, and its reference grants once")
    func grant() async throws {
        let gate = try gate()
        let first = try await gate.grant(5, to: "ana", as: .promotion, reference: "welcome")
        guard case .granted(let id) = first else { throw GrantMissing() }
        #expect(try await gate.grant(5, to: "ana", as: .promotion, reference: "welcome") == .alreadyGranted(id))
        #expect(try await gate.grant(6, to: "ana", as: .promotion, reference: "welcome") == .referenceTaken(id))
        let balance = try await gate.balance(of: "ana")
        #expect(balance.remaining == 55)
        #expect(balance.sources[.promotion] == 5)
    }

    @Test("A grant that expires can be spent until its expiry by the gate's clock")
    func expiry() async throws {
        let clock = ManualClock(now: now)
        let gate = try gate(clock: clock)
        try await gate.grant(
            5, to: "ana", as: .promotion, reference: "welcome", expires: now.advanced(byMilliseconds: 1000))
        #expect(try await gate.balance(of: "ana").remaining == 55)
        clock.advance(by: .seconds(1))
        #expect(try await gate.balance(of: "ana").remaining == 50)
    }

    @Test("An account moves to a plan by the plan's current or former name, and to no other")
    func move() async throws {
        let gate = try gate()
        try await gate.move("ana", to: "plus", reason: "paid", by: "eva")
        let balance = try await gate.balance(of: "ana")
        #expect(balance.plan == "pro")
        #expect(balance.remaining == 550)
        let error = await #expect(throws: InvalidInput.self) {
            try await gate.move("ana", to: "por", reason: "paid", by: "eva")
        }
        #expect(error?.description.contains("did you mean \"pro\"?") == true)
        #expect(try await gate.balance(of: "ana").plan == "pro")
    }

    @Test("An adjustment takes credits once for each reference, and never adds any")
    func adjust() async throws {
        let gate = try gate()
        _ = try await gate.balance(of: "ana")
        for _ in 1...2 {
            try await gate.adjust("ana", by: -20, reference: "a mistake", reason: "typed twice", by: "eva")
        }
        #expect(try await gate.balance(of: "ana").remaining == 30)
        await #expect(throws: InvalidInput.self) {
            try await gate.adjust("ana", by: 20, reference: "another", reason: "a gift", by: "eva")
        }
        #expect(try await gate.balance(of: "ana").remaining == 30)
    }

    @Test("A settled call is given back once, with the person and the reason in its explanation")
    func giveBack() async throws {
        let gate = try gate()
        let (charge, early) = try await gate.run("generate", for: "ana") { call in
            (call.id, try await gate.giveBack(call.id, reason: "test", by: "eva"))
        }
        #expect(early == .stillOpen)
        #expect(try await gate.giveBack(charge, credits: 11, reason: "blank", by: "eva") == .moreThanCost(10))
        guard case .givenBack(let made) = try await gate.giveBack(charge, credits: 7, reason: "blank", by: "eva") else {
            throw GrantMissing()
        }
        #expect(try await gate.giveBack(charge, reason: "again", by: "kim") == .alreadyGivenBack(made))
        #expect(try await gate.explain(charge)?.givenBack == made)
        #expect(made.credits == 7 && made.by == "eva" && made.reason == "blank" && made.at == now)
        #expect(try await gate.balance(of: "ana").remaining == 47)
        let tooLong = String(repeating: "x", count: 501)
        await #expect(throws: InvalidInput.self) { try await gate.giveBack(charge, reason: tooLong, by: "eva") }
        await #expect(throws: InvalidInput.self) {
            try await gate.giveBack(charge, credits: 0, reason: "none", by: "eva")
        }
    }

    @Test("A suspended account is refused until it is resumed")
    func suspend() async throws {
        let gate = try gate()
        #expect(try await gate.suspend("ana", reason: "abuse", by: "eva") == false, "nobody knows the account")
        _ = try await gate.balance(of: "ana")
        #expect(try await gate.suspend("ana", reason: "abuse", by: "eva"))
        let refusal = await #expect(throws: Refusal.self) { try await gate.run("generate", for: "ana") { _ in } }
        #expect(refusal?.problem.status == 403)
        #expect(try await gate.resume("ana", reason: "a mistake", by: "eva"))
        #expect(try await gate.resume("ana", reason: "a mistake", by: "eva") == false)
        try await gate.run("generate", for: "ana") { _ in }
        #expect(try await gate.balance(of: "ana").used == 10)
    }

    @Test("The gate explains a charge and a refusal by their ids")
    func explain() async throws {
        let gate = try gate()
        let charge = try await gate.run("generate", for: "ana") { $0.id }
        #expect(try await gate.explain(charge)?.quoted == 10)
        try await gate.adjust("ana", by: -40, reference: "all", reason: "test", by: "eva")
        let refusal = await #expect(throws: Refusal.self) { try await gate.run("generate", for: "ana") { _ in } }
        let id = try #require(refusal?.id)
        #expect(try await gate.explain(id)?.shortfall == 10)
    }

    private struct GrantMissing: Error {}
}
