import CSQLite
import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import Testing

/// An operator's commands over the years of a ledger.
@Suite struct UpkeepTests {
    private static let old = Timestamp(rawValue: 1_767_225_600_000)

    private static let terms = ChargeTerms(
        action: "generate", policyVersion: "v",
        rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1)
    )

    /// Ana made calls of 10 credits at the start of 2026, and one since then.
    private func withOldCalls(_ calls: Int = 4, _ body: (Tool) async throws -> Void) async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let grant = try GrantRequest(
                account: "ana", credits: 50_000, source: .promotion, reference: "welcome", plans: .empty
            )
            _ = try await ledger.grant(grant, at: Self.old)
            try await withThrowingTaskGroup { group in
                for _ in 0..<calls { group.addTask { try await Self.call(ledger, at: Self.old) } }
                try await group.waitForAll()
            }
            try await Self.call(ledger, at: SystemClock().now)
            try await body(faregate)
        }
    }

    private static func call(_ ledger: SQLiteLedger, at moment: Timestamp) async throws {
        let decision = try await ledger.charge(ChargeRequest(account: "ana", cost: 10, under: terms), at: moment)
        guard case .held(let charge, _, _) = decision else { throw Tool.Unprepared(message: "\(decision)") }
        _ = try await ledger.settle(charge, Settlement(cost: 10), at: moment)
    }

    private func isNarrow(_ answer: Tool.Answer) -> Bool {
        (answer.output + answer.error).split(separator: "\n").allSatisfy { $0.count <= 80 }
    }

    @Test("The status command prints one line and exits with 0 while nothing is wrong")
    func well() async throws {
        try await withOldCalls { faregate in
            let answer = try faregate("status")
            #expect(answer.status == 0)
            #expect(answer.output.hasPrefix("all is well: 1 account, 0 open calls, file 1"))
            #expect(answer.output.split(separator: "\n").count == 1 && answer.error == "" && isNarrow(answer))
            let json = try faregate("status", "--json").json()
            #expect(json["ok"] as? Bool == true && json["problems"] as? [String] == [])
            #expect((json["figures"] as? [String: Any])?["accounts"] as? Int == 1)
        }
    }

    @Test("The status command names what needs a person and exits with 1")
    func notWell() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            try await ledger.refresh("ana", under: .empty, at: Self.old)
            _ = try await ledger.charge(ChargeRequest(account: "ana", cost: 0, under: Self.terms), at: Self.old)
            let answer = try faregate("status")
            #expect(answer.status == 1)
            let lines = answer.output.split(separator: "\n")
            #expect(lines.first?.hasPrefix("1 problem: 1 account, 1 open call, file ") == true)
            #expect(lines.last == "  a call has been open since 2026-01-01T00:00:00.000Z")
            #expect(isNarrow(answer))
            let json = try faregate("status", "--json")
            #expect(try json.status == 1 && json.json()["ok"] as? Bool == false)
        }
    }

    @Test("The stats command prints what is in the file, with every table")
    func stats() async throws {
        try await withOldCalls { faregate in
            let answer = try faregate("stats")
            #expect(answer.status == 0)
            #expect(answer.output.hasPrefix("file              1"))
            #expect(answer.output.contains("\naccounts          1\nopen calls        0\n"))
            #expect(isNarrow(answer))
            let journal = answer.output.split(separator: "\n").first { $0.hasPrefix("journal ") }
            let rows = journal?.split(separator: " ").map(String.init)
            #expect(rows?[1] == "11")
            if sqlite3_compileoption_used("ENABLE_DBSTAT_VTAB") != 0 {
                #expect(rows?.suffix(2) == ["2.0", "KiB"])
            }
            let json = try faregate("stats", "--json").json()
            let tables = json["tables"] as? [[String: Any]] ?? []
            #expect(tables.contains { $0["name"] as? String == "charges" && $0["rows"] as? Int == 5 })
            #expect((json["figures"] as? [String: Any])?["openHolds"] as? Int == 0)
        }
    }

    @Test("The archive command moves old calls, and history, explain and audit read the archive when asked to")
    func archive() async throws {
        try await withOldCalls { faregate in
            let answer = try faregate("archive", "--before", "2026-02-01", "--to", "old.archive")
            #expect(answer.status == 0)
            #expect(
                answer.output == """
                    moved 4 calls that were closed before 2026-02-01T00:00:00Z
                    to old.archive; faregate vacuum makes the ledger's file smaller

                    """
            )
            let replay = try faregate("replay", "--until", "2026-02-01")
            #expect(replay.output.hasPrefix("no call of this period could be replayed\n\ncalls before "))
            #expect(replay.output.contains("name it: --archive FILE") && isNarrow(replay))
            let late = try faregate("replay").output
            #expect(late.hasPrefix("1 call of 1 account since 2026-02-01T00:00:00Z") && late.contains("--archive FILE"))
            let whole = try faregate("replay", "--archive", "old.archive").output
            #expect(whole.hasPrefix("5 calls of 1 account: ") && !whole.contains("left out"))
            let history = try faregate("history", "ana")
            #expect(history.output.contains("  -40  calls that are in an archive\n"))
            #expect(history.output.split(separator: "\n").count == 4)
            #expect(history.error.contains("--archive FILE"))
            let both = try faregate("history", "ana", "--archive", "old.archive")
            #expect(both.output.split(separator: "\n").count == 8)
            #expect(both.error == "")
            let page = try faregate("history", "ana", "--archive", "old.archive", "--count", "3", "--json").json()
            #expect((page["entries"] as? [Any])?.count == 3)

            let without = try faregate("explain", "2")
            #expect(without.status == 1 && without.error.contains("--archive FILE"))
            let explained = try faregate("explain", "2", "--archive", "old.archive")
            #expect(explained.output.hasPrefix("charge 2: generate cost 10 credits\n"))
            #expect(try faregate("explain", "99", "--archive", "old.archive").status == 1)

            #expect(try faregate("audit").status == 0)
            let audit = try faregate("audit", "--archive", "old.archive")
            #expect(audit.status == 0 && audit.output.hasSuffix(", and the archive old.archive\n"))
            let again = try faregate("archive", "--before", "2026-02-01", "--to", "old.archive", "--json")
            #expect(try again.json()["charges"] as? Int == 0)
        }
    }

    @Test("An audit of both files finds a call that the archive has lost")
    func lostFromArchive() async throws {
        try await withOldCalls { faregate in
            _ = try faregate("archive", "--before", "2026-02-01", "--to", "old.archive")
            try faregate.tamper("DELETE FROM journal WHERE charge_id = 2", in: "old.archive")
            try faregate.tamper("DELETE FROM charges WHERE id = 2", in: "old.archive")
            #expect(try faregate("audit").status == 0)
            let audit = try faregate("audit", "--archive", "old.archive")
            #expect(audit.status == 1 && audit.output.contains("archived"))
        }
    }

    @Test(
        "A file that is not an archive is named, with exit code 3",
        arguments: ["missing", "policy.jsonc", "test.faregate"])
    func noArchive(file: String) async throws {
        try await withOldCalls(1) { faregate in
            for words in [["audit"], ["history", "ana"], ["explain", "1"]] {
                let answer = try faregate.run(words + ["--archive", file])
                #expect(answer.status == 3 && answer.output == "" && answer.error.contains(file))
            }
            #expect(try !faregate.files.contains("missing"))
        }
    }

    @Test("The vacuum command prints how much smaller the file became")
    func vacuum() async throws {
        try await withOldCalls(400) { faregate in
            _ = try faregate("archive", "--before", "2026-02-01", "--to", "old.archive")
            let answer = try faregate("vacuum", "--json")
            #expect(answer.status == 0)
            #expect((try answer.json()["freedBytes"] as? Int ?? 0) > 10_000)
            let again = try faregate("vacuum")
            #expect(again.output.hasPrefix("test.faregate has no unused space; its size is ") && isNarrow(again))
            #expect(try faregate("audit", "--archive", "old.archive").status == 0)
        }
    }
}
