import Faregate
import FaregateTesting
import TestSupport
import Testing

@Suite("The ledger in memory for users' tests", .endsWhenStuck)
struct InMemoryTests {
    private func gate(_ memory: InMemory, _ policy: String = #"{ "actions": { "a": { "cost": 10 } } }"#) throws -> Gate
    {
        Gate(ledger: memory.ledger, policies: try Policy(parsing: policy), clock: memory.clock)
    }

    @Test("An account has the balance that the test gave it, and an account without one has nothing")
    func balances() async throws {
        let memory = InMemory(balances: ["ana": 100, "bob": 0, "eve": -5])
        #expect(memory.credits(of: "ana") == 100)
        #expect(memory.credits(of: "bob") == 0)
        #expect(memory.balance(of: "bob") != nil)
        #expect(memory.credits(of: "eve") == 0)
        #expect(memory.balance(of: "eve")?.debt == 5)
        #expect(memory.balance(of: "nobody") == nil)
        let gate = try gate(memory)
        try await gate.run("a", for: "ana") { _ in }
        #expect(memory.credits(of: "ana") == 90)
        #expect(try await gate.balance(of: "ana").remaining == 90)
        await #expect(throws: Refusal.self) { try await gate.run("a", for: "eve") { _ in } }
    }

    @Test("An account can be given the largest balance, and its plan's credits come on top")
    func plans() async throws {
        let memory = InMemory(balances: ["ana": 7, "max": .max])
        #expect(memory.credits(of: "max") == .max)
        let policy = #"""
            { "actions": { "a": { "cost": 1 } }, "defaultPlan": "free",
              "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } } }
            """#
        try await gate(memory, policy).run("a", for: "ana") { _ in }
        #expect(memory.credits(of: "ana") == 56)
    }

    @Test("While a failure is set every operation fails with it, and nothing changes")
    func failure() async throws {
        let memory = InMemory(balances: ["ana": 100])
        let gate = try gate(memory)
        let failure = LedgerError(.full, "the disk is full, as the test wants it")
        memory.failure = failure
        #expect(memory.failure?.code == .full)
        let refusal = try await #require(throws: Refusal.self) { try await gate.run("a", for: "ana") { _ in } }
        guard case .unavailable(let error) = refusal.reason else {
            Issue.record("\(refusal)")
            return
        }
        #expect(error.description == failure.description)
        await #expect(throws: LedgerError.self) { try await gate.balance(of: "ana") }
        await #expect(throws: LedgerError.self) {
            try await memory.ledger.purchaseBackend.purchases(.account("ana", count: 1))
        }
        memory.failure = nil
        try await gate.run("a", for: "ana") { _ in }
        #expect(memory.credits(of: "ana") == 90)
    }

    @Test("Two ledgers in memory share nothing")
    func apart() async throws {
        let (one, two) = (InMemory(balances: ["ana": 100]), InMemory(balances: ["ana": 100]))
        try await gate(one).run("a", for: "ana") { _ in }
        #expect(one.credits(of: "ana") == 90)
        #expect(two.credits(of: "ana") == 100)
    }
}

@Suite("The recorder of a gate's events", .endsWhenStuck)
struct GateRecorderTests {
    private let memory = InMemory(balances: ["ana": 100])
    private let recorder = GateRecorder()

    private func gate() throws -> Gate {
        let policy = try Policy(parsing: #"{ "actions": { "a": { "cost": 10 } } }"#)
        return Gate(ledger: memory.ledger, policies: policy, clock: memory.clock, observer: recorder)
    }

    @Test("The recorder keeps every event in order until it is cleared")
    func order() async throws {
        let gate = try gate()
        try await gate.run("a", for: "ana") { _ in }
        await #expect(throws: Refusal.self) { try await gate.run("a", for: "bob") { _ in } }
        #expect(recorder.names == [.allowed, .settled, .refused])
        #expect(recorder.events(.settled).map(\.account) == ["ana"])
        recorder.clear()
        #expect(recorder.events.isEmpty)
    }

    @Test("A wait for an event ends with the event, whether it was recorded before or comes later")
    func waits() async throws {
        let gate = try gate()
        let waiting = Task { try await recorder.first(.settled) }
        try await gate.run("a", for: "ana") { _ in }
        #expect(try await waiting.value.credits == 10)
        #expect(try await recorder.first(.settled).account == "ana")
    }

    @Test("A wait for an event that never comes ends when its task is cancelled")
    func cancelled() async throws {
        let waiting = Task { try await recorder.first(.unpaid) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }
}
