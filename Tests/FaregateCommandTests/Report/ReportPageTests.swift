import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import Testing

/// `faregate report --html`
@Suite struct ReportPageTests {
    private func page(_ faregate: Tool, _ words: String...) throws -> String {
        let answer = try faregate.run(["report", "--html", "-"] + words)
        try #require(answer.status == 0 && answer.error == "", "\(answer.error)")
        return answer.output
    }

    @Test("The page of an empty ledger says in each section that there is nothing, and has no chart")
    func empty() throws {
        try Tool.inFolder { faregate in
            let reader = try expectSelfContained(try page(faregate))
            for sentence in [
                "There were no calls in this period.", "No call was refused in this period.",
                "No rule in shadow mode matched a call", "0 accounts with 0 credits in all.",
                "No account that changed in this period has no credits left now.", "No call is open.",
                "No purchase needs a person.",
            ] { #expect(reader.text.contains(sentence), "\(sentence)") }
            #expect(reader.elements["figure"] == nil && reader.elements["section"] == 7)
        }
    }

    @Test("Markup in names is shown as text and has no effect on the page")
    func hostile() async throws {
        let long = String(repeating: "w", count: 255)
        let names = [
            "<script>alert(1)</script>", "\"onload=\"alert(1)", "'><img src=x>", "&amp;&#60;", "]]>", "<!-- ", long,
            String(decoding: [0xFFFE, 0xFDD0], as: UTF16.self),
        ]
        let reversed = "\u{202E}evil\u{2066}\u{200F}"
        try await Tool.inFolderWithLedger { faregate, ledger in
            let now = SystemClock().now.advanced(byMilliseconds: -1000)
            for name in names + [reversed] {
                let account = try AccountID(name)
                try await ledger.call(name, for: account, at: now)
                ledger.keep(
                    Refusal.Record(
                        id: .random(), at: now, account: account, action: name, kind: name, detail: name, shortfall: 6))
            }
            try await ledger.give(1, to: "ana", at: now)
            let page = try page(faregate)
            let reader = try expectSelfContained(page)
            for name in names.dropLast() { #expect(reader.text.components(separatedBy: name).count > 4, "\(name)") }
            #expect(page.contains("<bdi>\u{FFFD}evil\u{FFFD}\u{FFFD}</bdi>"))
            #expect(!page.unicodeScalars.contains { $0.properties.isBidiControl })
            let text = try faregate("report").output
            #expect(!text.unicodeScalars.contains { $0.properties.isBidiControl })
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    @Test("An action has the same colour in the chart of calls and in the chart of credits")
    func colors() throws {
        let policy = """
            { "actions": { "dear": { "cost": 9 }, "often": { "cost": 1 } },
              "plans": { "free": { "grants": [{ "credits": 100, "every": "once" }] } }, "defaultPlan": "free" }
            """
        try Tool.inFolder(policy: policy) { faregate in
            for action in ["dear", "often", "often"] {
                _ = try faregate("run", action, "--account", "ana", "--", "true")
            }
            let page = try page(faregate)
            for action in ["dear", "often"] {
                let key = try Regex("rect class=\"(s[0-9])\" width=\"14\" height=\"14\"/></svg>(<bdi>)?\(action)<")
                let colors = page.matches(of: key).map { String($0.output[1].substring ?? "") }
                #expect(colors.count == 2 && Set(colors).count == 1, "\(action): \(colors)")
            }
        }
    }

    @Test("A chart has eight actions and the sum of the others, words for those who can't see it, and a table")
    func chart() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let now = SystemClock().now.advanced(byMilliseconds: -1000)
            for number in 1...11 {
                for _ in 1...number { try await ledger.call("action\(number)", for: "ana", at: now) }
            }
            let page = try page(faregate)
            let reader = try expectSelfContained(page)
            #expect(page.matches(of: /<li><svg class="key"/).count == 9 && page.contains("<bdi>3 others</bdi>"))
            #expect(page.contains("action11: 11 calls</title>") && page.contains("3 others: 6 calls</title>"))
            #expect(reader.text.contains("30 bars, from 20") && reader.text.contains("The highest is 66 calls, 20"))
            #expect(page.contains("role=\"img\" aria-labelledby=\"calls-title calls-text\""))
            // 66 calls of a scale up to 80.
            #expect(page.contains("<span>80</span><span>40</span><span>0</span>"))
            #expect(page.contains("y=\"17.500%\""), "the top of the stack is at 66 of 80")
            // The table has a row for each day with all columns.
            let day = String(now.description.prefix(10))
            let row = try #require(page.components(separatedBy: "<th scope=\"row\">\(day)</th>").dropFirst().first)
            let numbers = row.components(separatedBy: "</tr>")[0].matches(of: />([0-9,]+)</).map { String($0.1) }
            #expect(numbers == ["11", "10", "9", "8", "7", "6", "5", "4", "6", "66"])
            #expect(reader.text.contains("Credits spent by day and action: none."))
        }
    }

    @Test("Lists are cut, and the page says how much is missing")
    func bounds() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let now = SystemClock().now.advanced(byMilliseconds: -1000)
            for number in 10...34 { try await ledger.call("chat", for: try AccountID("user\(number)"), at: now) }
            for number in 10...34 {
                ledger.keep(
                    Refusal.Record(
                        id: .random(), at: now, account: "ana", action: "action\(number)", kind: "quota-exceeded",
                        detail: ""))
            }
            try await ledger.give(1, to: "ana", at: now)
            let reader = try expectSelfContained(try page(faregate))
            #expect(reader.text.contains("25 of those that changed in this period now have no credits left."))
            #expect(reader.text.contains("user29") && !reader.text.contains("user30"))
            #expect(reader.text.contains("And 5 more.") && reader.text.contains("And 5 more, not listed."))
            let json = try faregate("report", "--json").json()["accounts"] as? [String: Any]
            #expect(json?["lowCount"] as? Int == 25 && (json?["low"] as? [Any])?.count == 20)
        }
    }

    @Test("A purchase that needs a person is listed with its next step, and without its payer")
    func purchases() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            let now = SystemClock().now
            try await ledger.record(Sale.purchase("pur_1"), under: .empty, at: now)
            let payer = Purchase.BillingDetails(
                name: "Ana Hansen", email: "ana@example.com", address: ["1 Road", "Oslo"])
            let paid = Purchase.Event(
                names: Purchase.Names(purchase: "pur_1", payments: ["pi_1"]), fact: .paid(7), billing: payer)
            let id = Inbox.Event.ID(provider: "stripe", event: "evt_1")
            let event = Inbox.Event(id: id, type: "test", body: Data("{}".utf8))
            _ = try await ledger.receive(event, reading: .facts([paid]), at: now)
            #expect(try faregate("purchases", "show", "pur_1").output.contains("ana@example.com"))

            let page = try page(faregate)
            let reader = try expectSelfContained(page)
            #expect(reader.text.contains("amount mismatch") && reader.text.contains("faregate purchases approve pur_1"))
            let text = try faregate("report").output
            #expect(text.contains("pur_1, ana, 10.00 USD,\n  amount mismatch\n"))
            let json = try faregate("report", "--json")
            #expect((try json.json()["purchases"] as? [String: Any])?["flaggedCount"] as? Int == 1)
            for output in [page, text, json.output] {
                #expect(!output.contains("example.com") && !output.contains("Hansen") && !output.contains("1 Road"))
            }
        }
    }

    @Test("Events that need a person are counted, with the command that shows them")
    func events() async throws {
        try await PurchaseCommandTests().withPurchases { faregate in
            let reader = try expectSelfContained(try page(faregate))
            #expect(reader.text.contains("of payment providers to review; to see them: faregate inbox --state flagged"))
        }
    }

    @Test("Open calls of dead processes come with the command that gives their credits back")
    func holds() async throws {
        try await Tool.inFolderWithLedger { faregate, ledger in
            try faregate.whileInUse {
                let reader = try expectSelfContained(try page(faregate))
                #expect(reader.text.contains("alive") && !reader.text.contains("faregate recover"))
            }
            // Nothing has renewed the lease of its process since.
            let old = SystemClock().now.advanced(byMilliseconds: -3_600_000)
            _ = try await ledger.charge(.free("generate", for: "bob"), at: old)
            let reader = try expectSelfContained(try page(faregate))
            #expect(reader.text.contains("1 call of processes that died; to refund their credits: faregate recover"))
        }
    }

    @Test("What shadow mode would have refused or charged is in the page")
    func shadow() throws {
        let policy = """
            {
              "actions": {
                "generate": {
                  "cost": 10, "rules": [{ "when": { "size": "large" }, "cost": 25, "mode": "shadow" }],
                  "limits": [{ "max": 1, "per": "year", "mode": "shadow" }]
                }
              },
              "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
              "defaultPlan": "free", "lowBalance": 31,
            }
            """
        try Tool.inFolder(policy: policy) { faregate in
            for _ in 1...2 {
                _ = try faregate("run", "generate", "--account", "ana", "--attribute", "size=large", "--", "true")
            }
            let page = try page(faregate)
            _ = try expectSelfContained(page)
            #expect(page.contains("<code>policy.jsonc:4:"))
            #expect(page.contains("<td class=\"number\">20</td>\n<td class=\"number\">50</td>"))
            #expect(page.contains("<td class=\"number\">1</td></tr>"))
            #expect(page.contains("now have fewer than 31 credits."))
        }
    }

    @Test("The page is written into a new file, complete and readable by its owner only, and never over another file")
    func file() throws {
        try Tool.inFolder { faregate in
            let answer = try faregate("report", "--html", "november.html")
            #expect(answer.status == 0 && answer.output == "wrote the report to november.html\n")
            let page = try String(contentsOfFile: faregate.path("november.html"), encoding: .utf8)
            _ = try expectSelfContained(page)
            #expect(page.hasSuffix("</html>\n"))
            let attributes = try FileManager.default.attributesOfItem(atPath: faregate.path("november.html"))
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            #expect(try !faregate.files.contains { $0.contains("partial") })
            let again = try faregate("report", "--html", "november.html", "--json")
            #expect(again.status == 3 && again.output == "")
            #expect(try String(contentsOfFile: faregate.path("november.html"), encoding: .utf8) == page)
            let json = try faregate("report", "--html", "other.html", "--json").json()
            #expect(json["file"] as? String == "other.html" && json["report"] != nil)
        }
    }
}
