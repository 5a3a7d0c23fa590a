import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import Testing

/// The answers of `--json`, whose names are the same in every command; and tables that fit a terminal.
@Suite("Answers for programs and for terminals of 80 columns")
struct JSONAnswerTests {
    private static let moment = Timestamp(rawValue: 1_767_225_600_000)

    private func isNarrow(_ text: String) -> Bool { text.split(separator: "\n").allSatisfy { $0.count <= 80 } }

    @Test("Balance, grant, adjust and plan name the account, and plan says what changed")
    func account() throws {
        let policy = """
            { "actions": { "generate": { "cost": 10 } }, "plans": { "free": {}, "pro": {} }, "defaultPlan": "free" }
            """
        try Tool.inFolder(policy: policy) { faregate in
            for words in [
                ["grant", "ana", "5", "--reference", "r"], ["grant", "ana", "5", "--reference", "r"],
                ["balance", "ana"],
                ["adjust", "ana", "-2", "--reason", "x", "--reference", "w"],
                ["adjust", "ana", "-2", "--reason", "x", "--reference", "w"], ["plan", "ana"],
            ] {
                let answer = try faregate.run(words + ["--json"])
                #expect(try answer.json()["account"] as? String == "ana", "\(words): \(answer.error)")
            }
            #expect(try faregate("plan", "ana", "--json").json()["isChanged"] == nil)
            let moved = try faregate("plan", "ana", "pro", "--json").json()
            #expect(moved["isChanged"] as? Bool == true && moved["planBefore"] as? String == "free")
            let again = try faregate("plan", "ana", "pro", "--json").json()
            #expect(again["isChanged"] as? Bool == false && again["planBefore"] as? String == "pro")
        }
    }

    @Test("The limits of a price have their window, count and scope")
    func limits() throws {
        let policy = """
            { "actions": { "chat": { "cost": { "units": { "tokens": 1 } }, "hold": { "tokens": 5 }, "limits": [
                { "max": 3, "per": "day", "by": "member" }, { "max": 900, "within": "24h", "count": "tokens" }] } } }
            """
        try Tool.inFolder(policy: policy, makingLedger: false) { faregate in
            let limits = try faregate("price", "chat", "--json").json()["limits"] as? [[String: Any]]
            let names = try #require(limits).map { limit in
                ["window", "count", "scope"].map { limit[$0] as? String ?? "" }
            }
            #expect(names == [["per day", "calls", "member"], ["within 24h", "tokens", "account"]])
        }
    }

    @Test("Open calls are listed under a name, and their table fits 80 columns however long the names are")
    func holds() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            #expect(try (faregate("holds", "--json").json()["holds"] as? [Any])?.isEmpty == true)
            #expect(try (faregate("recover", "--json").json()["refunded"] as? [Any])?.isEmpty == true)
            let action = String(repeating: "generate", count: 10)
            let account = try AccountID(String(repeating: "a", count: 200))
            let now = SystemClock().now
            for holder in [account, "ben"] {
                let request = try GrantRequest(
                    account: holder, credits: 1_000_000, source: .promotion, reference: "gift", plans: .empty)
                _ = try await ledger.grant(request, at: now)
                let terms = ChargeTerms(
                    action: action, policyVersion: "v",
                    rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1))
                _ = try await ledger.charge(ChargeRequest(account: holder, cost: 999_999, under: terms), at: now)
            }
            let table = try faregate("holds").output
            #expect(isNarrow(table) && table.split(separator: "\n").count == 3, "\(table)")
            #expect(table.contains("aaa…") && table.contains("ben") && table.contains("999999"))
            let whole = try #require(try faregate("holds", "--json").json()["holds"] as? [[String: Any]])
            #expect(Set(whole.map { $0["account"] as? String }) == [account.rawValue, "ben"])
        }
    }

    @Test("Purchases have two lines each, which fit 80 columns, and events are listed under a name")
    func purchases() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let id = Purchase.ID.random()
            try await ledger.record(Sale.purchase(id), under: .empty, at: Self.moment)
            let event = Inbox.Event(
                id: Inbox.Event.ID(provider: "stripe", event: "evt_1"), type: "test", body: Data("{}".utf8))
            let names = Purchase.Names(purchase: id.rawValue, payments: ["pi_1"])
            _ = try await ledger.receive(
                event, reading: .facts([Purchase.Event(names: names, fact: .paid(7))]), at: Self.moment)
            let table = try faregate("purchases").output
            #expect(isNarrow(table) && table.split(separator: "\n").count >= 3, "\(table)")
            #expect(table.contains(id.rawValue) && table.contains("review: amount mismatch"))
            let unread = Inbox.Event(
                id: Inbox.Event.ID(provider: "stripe", event: "evt_1PqRsTuVwXyZ0123456789ab"),
                type: "checkout.session.async_payment_succeeded", body: Data("{}".utf8))
            let note = String(repeating: "its amount is unreadable ", count: 8)
            _ = try await ledger.receive(unread, reading: .unreadable(note, names), at: Self.moment)
            let inbox = try faregate("inbox").output
            #expect(isNarrow(inbox) && inbox.contains("evt_1PqRsTuVwXyZ0123456789ab"), "\(inbox)")
            #expect(inbox.contains("its amount is unreadable"))
            let events = try #require(try faregate("inbox", "--json").json()["events"] as? [[String: Any]])
            #expect(events.count == 2 && events.contains { $0["event"] as? String == "evt_1" })
        }
    }

    @Test(
        "With --json, the last line that run prints on standard error is the charge; standard output is the command's")
    func run() throws {
        try Tool.inFolder { faregate in
            let shell = ["--", "sh", "-c"]
            for (script, state, action) in [
                ("echo drawn; echo oh >&2", "settled", "generate"), ("echo drawn; exit 7", "refunded", "generate"),
                ("echo drawn; sleep 5", "refunded", "slow"),
            ] {
                let answer = try faregate.run(["run", action, "--account", "ana", "--json"] + shell + [script])
                #expect(answer.output == "drawn\n")
                let line = try #require(answer.error.split(separator: "\n").last)
                let charge = try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(answer.error)")
                #expect(charge["state"] as? String == state && charge["account"] as? String == "ana")
                let explained = try faregate("explain", "\(try #require(charge["charge"]))", "--json").json()
                #expect(explained["state"] as? String == state)
            }
            let missing = try faregate("run", "generate", "--account", "ana", "--json", "--", "no-such-program")
            #expect(missing.status == 127 && missing.error.contains("\"state\":\"refunded\""))
        }
    }

    @Test("--since last-month --until month is the last calendar month in the policy's time zone")
    func lastMonth() throws {
        let zone = try #require(TimeZone(identifier: "Pacific/Auckland"))
        let policy =
            #"{ "timezone": "Pacific/Auckland", "actions": { "a": { "cost": 1 } }, "plans": { "free": {} }, "defaultPlan": "free" }"#
        try Tool.inFolder(policy: policy) { faregate in
            _ = try faregate("grant", "ana", "5")
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = zone
            let answer = try faregate("usage", "ana", "--since", "last-month", "--until", "month", "--json").json()
            let month = try #require(calendar.dateInterval(of: .month, for: Date()))
            let before = try #require(calendar.dateInterval(of: .month, for: month.start.addingTimeInterval(-1)))
            for (name, date) in [("since", before.start), ("until", month.start)] {
                let moment = Timestamp(rawValue: Int64(date.timeIntervalSince1970) * 1000)
                #expect(answer[name] as? String == moment.description, "\(answer)")
            }
        }
    }
}
