import Faregate
import FaregateTesting
import Testing

@Suite("A renamed plan or action")
struct RenameTests {
    private static let limits = #""limits": [{ "max": 3, "per": "day" }]"#

    private func policy(_ text: String) throws -> Policy { try Policy(parsing: text) }

    @Test("A renamed plan or action is found by its former names")
    func plan() throws {
        let policy = try policy(
            #"{ "plans": { "basic": { "was": ["lite", "starter"], "grants": [{ "credits": 5, "every": "once" }] } } }"#
        )
        #expect(policy.plans.keys.sorted() == ["basic"])
        #expect(policy.plans["basic"]?.was == ["lite", "starter"])
        for name in ["basic", "lite", "starter"] { #expect(policy.planBook[name]?.name == "basic") }
        #expect(policy.planBook["pro"] == nil)
    }

    @Test("A plan can have 32 former names")
    func most() throws {
        let names = (1...32).map { "\"old-\($0)\"" }.joined(separator: ", ")
        let policy = try policy(#"{ "plans": { "basic": { "was": [\#(names)] } } }"#)
        #expect(policy.planBook["old-32"]?.name == "basic")
    }

    @Test("A renamed action can be called by its former names, and its limits keep their counts")
    func action() async throws {
        let before = try policy(#"{ "actions": { "paint": { "cost": 0, \#(Self.limits) } } }"#)
        let after = try policy(#"{ "actions": { "draw": { "was": ["paint"], "cost": 0, \#(Self.limits) } } }"#)
        #expect(try after.quote("paint").action == "draw")
        #expect(after.action(named: "paint")?.was == ["paint"])
        #expect(after.actions["paint"] == nil)

        let ledger = MemoryLedger()
        let old = Gate(ledger: Ledger(ledger), policies: before, clock: ManualClock())
        let new = Gate(ledger: Ledger(ledger), policies: after, clock: ManualClock())
        try await old.run("paint", for: "ana") { _ in }
        try await new.run("paint", for: "ana") { _ in }
        try await new.run("draw", for: "ana") { _ in }
        for name in ["draw", "paint"] {
            await #expect(throws: Refusal.self) { try await new.run(name, for: "ana") { _ in } }
        }
    }

    @Test("Credits for an action pay for it under its new name too")
    func purposes() async throws {
        func text(_ name: String, _ was: String) -> String {
            """
            { "actions": { "\(name)": { "cost": 5, \(was) }, "other": { "cost": 5 } },
              "plans": { "free": { "grants": [{ "credits": 10, "every": "once", "for": ["\(name)"] }] } },
              "defaultPlan": "free", "packs": { "p": { "credits": 1, "price": "1.00 USD", "for": ["\(name)"] } } }
            """
        }
        let before = try policy(text("paint", ""))
        let after = try policy(text("draw", #""was": ["paint"]"#))
        #expect(after.presentNames(of: ["paint", "draw", "gone"]) == ["draw", "gone"])
        let ledger = MemoryLedger()
        let gates = [before, after].map { Gate(ledger: Ledger(ledger), policies: $0, clock: ManualClock()) }
        try await gates[0].run("paint", for: "ana") { _ in }
        try await gates[1].run("draw", for: "ana") { _ in }
        try await gates[1].grant(5, to: "ana", as: .promotion, reference: "sorry", for: ["paint"])
        await #expect(throws: Refusal.self) { try await gates[1].run("other", for: "ana") { _ in } }
        // The order of former names doesn't matter, and one that never had credits may be added.
        let again = try policy(text("sketch", #""was": ["draw", "paint", "doodle"]"#))
        let gate = Gate(ledger: Ledger(ledger), policies: again, clock: ManualClock())
        try await gate.run("sketch", for: "ana") { _ in }
        try await gate.grant(5, to: "ana", as: .promotion, reference: "more", for: ["doodle"])
        #expect(try await gate.standing(of: "ana").credits.reserved.map(\.actions) == [["sketch"]])
        await #expect(throws: Refusal.self) { try await gate.run("other", for: "ana") { _ in } }
        try await gate.run("sketch", for: "ana") { _ in }
        await #expect(throws: Gate.UnknownAction.self) {
            try await gates[1].grant(5, to: "ana", as: .promotion, reference: "again", for: ["drew"])
        }
    }

    @Test("A renamed action keeps the keys of earlier calls under either name")
    func keys() async throws {
        let before = try policy(#"{ "actions": { "paint": { "cost": 0 } } }"#)
        let after = try policy(#"{ "actions": { "draw": { "was": ["paint"], "cost": 0 } } }"#)
        let ledger = MemoryLedger()
        let gates = [before, after].map {
            Gate(ledger: Ledger(ledger), policies: $0, clock: ManualClock(), settlement: .durable)
        }
        let key = try IdempotencyKey("k")
        try await gates[0].run("paint", for: "ana", key: key) { _ in }
        for name in ["draw", "paint"] {
            let refusal = await #expect(throws: Refusal.self) {
                try await gates[1].run(name, for: "ana", key: key) { _ in Issue.record("the handler ran twice") }
            }
            #expect(refusal?.problem.status == 409)
        }
    }

    @Test("Repeats under either name wait for the same running call")
    func runningKeys() async throws {
        let policy = try policy(#"{ "actions": { "draw": { "was": ["paint"], "cost": 0 } } }"#)
        let gate = Gate(ledger: Ledger(MemoryLedger()), policies: policy, clock: ManualClock(), settlement: .durable)
        let key = try IdempotencyKey("k")
        await #expect(throws: GatedCall.WithinItself.self) {
            try await gate.run("draw", for: "ana", key: key) { _ in
                try await gate.run("paint", for: "ana", key: key) { _ in Issue.record("the handler ran twice") }
            }
        }
    }

    @Test("The final use of a call is counted under the action's first name")
    func metered() async throws {
        let cost = #""cost": { "units": { "pages": 0 } }, "hold": { "pages": 9 }"#
        let limits = #""limits": [{ "max": 10, "per": "day", "count": "pages" }]"#
        let policy = try policy(#"{ "actions": { "draw": { "was": ["paint"], \#(cost), \#(limits) } } }"#)
        let gate = Gate(ledger: Ledger(MemoryLedger()), policies: policy, clock: ManualClock(), settlement: .durable)
        for _ in 0..<2 {
            try await gate.run("draw", for: "ana") { charge in _ = try await charge.report(["pages": 1]) }
        }
    }

    @Test(
        "A former name can't be a name in use, or a former name of another plan or action",
        arguments: [
            (
                #"{ "plans": { "a": { "was": ["b"] }, "b": {} } }"#,
                #"1:29 the plan "b" is still in use at policy.jsonc:1:37"#
            ),
            (
                #"{ "plans": { "a": { "was": ["a"] } } }"#,
                #"1:29 the plan "a" is still in use at policy.jsonc:1:14"#
            ),
            (
                #"{ "plans": { "a": { "was": ["c"] }, "b": { "was": ["c"] } } }"#,
                #"1:52 "c" is already an old name of "a", at policy.jsonc:1:29"#
            ),
            (
                #"{ "actions": { "a": { "cost": 1, "was": ["c", "c"] } } }"#,
                #"1:47 "c" is already an old name of "a", at policy.jsonc:1:42"#
            ),
            (
                #"{ "actions": { "a": { "cost": 1, "was": ["b"] }, "b": { "cost": 1 } } }"#,
                #"1:42 the action "b" is still in use at policy.jsonc:1:50"#
            ),
            (
                #"{ "plans": { "a": { "was": ["b"] } }, "defaultPlan": "b" }"#,
                #"1:54 the plan "b" is called "a" now"#
            ),
        ]
    )
    func conflict(text: String, message: String) throws {
        let error = #expect(throws: Policy.FileError.self) { try policy(text) }
        #expect(error?.diagnostics.map { "\($0.location.line):\($0.location.column) \($0.message)" } == [message])
    }

    @Test("A conflict names both files")
    func twoFiles() throws {
        let disk = MemoryDisk()
        disk.write(#"{ "plans": { "a": { "was": ["c"] } } }"#, to: "folder/1.jsonc")
        disk.write(#"{ "plans": { "b": { "was": ["c"] } } }"#, to: "folder/2.jsonc")
        let files = Policy.Files(path: "folder", environment: [:], forSale: false, disk: disk)
        let error = #expect(throws: Policy.FileError.self) { try files.load() }
        #expect(error?.diagnostics.map(\.location.file) == ["folder/2.jsonc"])
        #expect(error?.diagnostics.first?.message.contains("at folder/1.jsonc:1:29") == true)
    }
}
