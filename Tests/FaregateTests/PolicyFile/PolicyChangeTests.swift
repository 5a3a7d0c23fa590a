import Faregate
import FaregateTesting
import Testing

@Suite("Announced changes of a policy")
struct PolicyChangeTests {
    private static let base = #""timezone": "Europe/Oslo", "actions": { "generate": { "cost": 10 } }"#

    private func policy(_ rest: String, base: String = base) throws -> Policy {
        try Policy(parsing: "{ \(base), \(rest) }", environment: [:])
    }

    private func mistakes(_ rest: String, base: String = base) -> [String] {
        do throws(Policy.FileError) {
            _ = try Policy(parsing: "{ \(base), \(rest) }", environment: [:])
            return []
        } catch {
            return error.diagnostics.map { "\($0.location.column): \($0.severity): \($0.message)" }
        }
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    @Test("A change takes effect at the beginning of its day in the policy's time zone")
    func day() throws {
        let policy = try policy(
            #""changes": [{ "from": "2026-12-01", "patch": { "actions": { "generate": { "cost": 12 } } } }]"#)
        #expect(try policy.inForce(at: time("2026-11-30T22:59:59.999Z")).quote("generate").cost == 10)
        #expect(try policy.inForce(at: time("2026-11-30T23:00:00Z")).quote("generate").cost == 12)
        #expect(policy.changes.map(\.from) == [try time("2026-11-30T23:00:00Z")])
    }

    @Test("Later changes are merged into earlier ones, whatever their order in the files")
    func order() throws {
        let policy = try policy(
            """
            "plans": { "free": {}, "pro": {} }, "changes": [
                { "from": "2027-02-01T00:00:00Z", "patch": { "plans": { "pro": null }, "lowBalance": 5 } },
                { "from": "2027-01-01T00:00:00Z",
                  "patch": { "actions": { "generate": { "rules": [{ "when": { "plan": "pro" }, "cost": 8 }] },
                                          "export": { "cost": 1 } } } },
                { "from": "2027-03-01T00:00:00Z", "patch": { "actions": { "generate": { "rules": null } } } }
            ]
            """.replacing(#""plans": { "pro": null }, "#, with: ""))
        let january = try policy.inForce(at: time("2027-01-15T00:00:00Z"))
        #expect(try january.quote("generate", attributes: ["plan": "pro"]).cost == 8)
        #expect(try january.quote("generate").cost == 10 && january.quote("export").cost == 1)
        #expect(january.lowBalance == 0 && january.changes.count == 2)
        let march = try policy.inForce(at: time("2027-03-15T00:00:00Z"))
        #expect(try march.quote("generate", attributes: ["plan": "pro"]).cost == 10)
        #expect(march.lowBalance == 5 && march.changes.isEmpty)
    }

    @Test("A policy after a change has the version of files with the change merged in")
    func version() throws {
        let announced = try policy(
            #""changes": [{ "from": "2026-12-01", "patch": { "actions": { "generate": { "cost": 12 } } } }]"#)
        let merged = try Policy(
            parsing: #"{ "timezone": "Europe/Oslo", "actions": { "generate": { "cost": 12 } } }"#, environment: [:])
        #expect(announced.changes.map(\.policy.version) == [merged.version])
        #expect(announced.version == (try Policy(parsing: "{ \(PolicyChangeTests.base) }", environment: [:])).version)
    }

    @Test("A future policy with a mistake is refused now, with the date and the place of the mistake")
    func mistakeAhead() {
        #expect(
            mistakes(#""changes": [{ "from": "2026-12-01", "patch": { "actions": { "generate": { "cost": -1 } } } }]"#)
                == [#"155: error: from 2026-12-01 on: a cost is 0 or more; -1 is not"#])
        let removed = mistakes(
            #""plans": { "pro": {} }, "defaultPlan": "pro", "changes": [{ "from": "2026-12-01", "patch": { "plans": null } }]"#
        )
        #expect(removed == [#"112: error: from 2026-12-01 on: there is no plan "pro""#])
    }

    @Test("A mistake in the policy of today is reported once, and not again for each change")
    func mistakeToday() {
        let found = mistakes(
            #""changes": [{ "from": "2026-12-01", "patch": { "lowBalance": 5 } }]"#,
            base: #""actions": { "generate": { "cots": 10 } }"#)
        #expect(found.count == 1)
    }

    @Test(
        "A change without a date, with an unknown key or of the wrong kind is a mistake",
        arguments: [
            (#"{ "patch": {} }"#, #"a change needs "from""#),
            (#"{ "from": "2026-12-01" }"#, #"a change needs "patch""#),
            (#"{ "from": "1 December", "patch": {} }"#, #""from" can't be "1 December""#),
            (#"{ "from": "2026-02-30", "patch": {} }"#, #""from" can't be "2026-02-30""#),
            (#"{ "from": "2026-12-01", "patch": { "tests": [] } }"#, #"unknown key "tests""#),
            (#"{ "from": "2026-12-01", "patch": { "actions": 5 } }"#, #""actions" can't be a number"#),
            (#"{ "from": "2026-12-01", "patch": [] }"#, "a patch can't be a list [...]"),
        ])
    func shape(change: String, message: String) {
        let found = mistakes(#""changes": [\#(change)]"#)
        #expect(found.count == 1 && found[0].contains(message), "\(found)")
    }

    @Test("A misspelled name in a change is a warning, since it would add an entry or remove nothing")
    func misspelled() throws {
        let disk = MemoryDisk()
        disk.write(
            """
            { \(PolicyChangeTests.base), "changes": [{ "from": "2026-12-01", "patch": {
                "actions": { "genrate": { "cost": 12 }, "exprot": null } } }] }
            """, to: "p.jsonc")
        let loaded = try Policy.Files(path: "p.jsonc", environment: [:], forSale: false, disk: disk).load()
        #expect(
            loaded.warnings.map(\.message) == [
                #"this change adds a new action "genrate"; did you mean "generate"?"#,
                #"there is no action "exprot" to remove"#,
            ])
    }

    @Test("A file can announce 32 changes, and the policy after each change lists those still to come")
    func many() throws {
        let changes = (1...32).map { #"{ "from": "\#(2027 + $0)-01-01", "patch": { "lowBalance": \#($0) } }"# }
        let disk = MemoryDisk()
        disk.write("{ \(PolicyChangeTests.base), \"changes\": [\(changes.joined(separator: ", "))] }", to: "p.jsonc")
        let policy = try Policy.Files(path: "p.jsonc", environment: [:], forSale: false, disk: disk).load().policy
        #expect(policy.changes.map(\.policy.changes.count) == (0..<32).reversed())
        #expect(policy.changes.map(\.policy.lowBalance) == (1...32).map { Credits(rawValue: $0) })
        #expect(policy.files.count == 1 && policy.changes.allSatisfy { $0.policy.files == policy.files })
    }

    @Test("More than 32 changes are refused")
    func tooMany() {
        let changes = (1...33).map { #"{ "from": "2027-01-\#($0 % 28 + 10)", "patch": {} }"# }
        #expect(mistakes(#""changes": [\#(changes.joined(separator: ", "))]"#).count == 1)
    }

    @Test("A gate charges the new price from the moment of the change on, and an open call keeps its price")
    func gate() async throws {
        let clock = ManualClock(now: try time("2026-11-30T22:59:00Z"))
        let policy = try policy(
            #""changes": [{ "from": "2026-12-01", "patch": { "actions": { "generate": { "cost": 12 } } } }]"#)
        let memory = InMemory(balances: ["ana": 100])
        let gate = Gate(ledger: memory.ledger, policies: policy, clock: clock)
        let open = try await gate.open("generate", for: "ana")
        #expect(gate.policy.changes.count == 1)
        clock.advance(by: .seconds(60))
        try await gate.run("generate", for: "ana") { _ in }
        try await open.settle()
        #expect(try await gate.balance(of: "ana").remaining == 78)
        #expect(try await gate.preview("generate", for: "ana").cost == 12)
        #expect(gate.policy.changes.isEmpty)
    }

    @Test("A watcher reports an announced change when the files announce it, and once more when it takes effect")
    func watcher() async throws {
        let clock = ManualClock(now: try time("2026-11-30T22:00:00Z"))
        let (disk, reports) = (MemoryDisk(), Mutex<[String]>([]))
        disk.write("{ \(PolicyChangeTests.base) }", to: "p.jsonc", modifiedMilliseconds: 1)
        let files = Policy.Files(path: "p.jsonc", environment: [:], forSale: false, disk: disk)
        let watcher = try await Policy.Watcher(files, orLatestKeptIn: nil, clock: clock) { report in
            reports.withLock { $0.append("\(report)") }
        }
        let announced =
            #"{ \#(PolicyChangeTests.base), "changes": [{ "from": "2026-12-01", "patch": { "lowBalance": 9 } }] }"#
        disk.write(announced, to: "p.jsonc", modifiedMilliseconds: 2)
        watcher.reloadIfChanged()
        let old = watcher.policy.version
        let new = watcher.policy.changes[0].policy.version
        for _ in 0..<3 {
            clock.advance(by: .seconds(1800))
            watcher.reloadIfChanged()
        }
        #expect(watcher.policy.version == new && watcher.policy.changes.isEmpty)
        #expect(
            reports.withLock { $0 } == [
                "policy \(old) is in force",
                """
                policy \(old) stays in force; other changes are announced
                from 2026-11-30T23:00:00.000Z on: lowBalance: 0 -> 9
                policy \(new) will be in force from 2026-11-30T23:00:00.000Z on
                """,
                """
                policy \(new) is in force instead of \(old)
                lowBalance: 0 -> 9
                """,
            ])
    }
}
