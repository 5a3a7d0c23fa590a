import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// What the commands for support people read.
@Suite(.endsWhenStuck) struct SupportReadingTests {
    @Test("An account's usage is the sum of its charges, in random histories")
    func usage() async throws {
        try await withLedger { ledger in
            let charges = try await ledger.keepRandomBooks(seed: seed)
            let middle = try #require(charges.map(\.createdAt).sorted().dropFirst(charges.count / 2).first)
            let periods = [
                Timestamp(rawValue: .min)..<Timestamp.never, middle..<Timestamp.never,
                // The clock of a random history goes back, also to the year before.
                min(newYear, middle)..<middle,
            ]
            for period in periods where !period.isEmpty {
                for account: AccountID in ["ana", "bob", "cleo"]
                where charges.contains(where: { $0.account == account }) {
                    let differences = try await ledger.usageDifferences(of: account, in: period, among: charges)
                    #expect(differences == [])
                }
            }
            #expect(
                try await ledger.usage(of: "nobody", in: middle..<Timestamp.never) { $0.action }
                    == nil)
        }
    }

    @Test("A charge that two grants paid is one call of the usage")
    func split() async throws {
        try await withLedger { ledger in
            try await ledger.keepBooks()
            let usage = try #require(
                try await ledger.usage(of: "ana", in: newYear..<Timestamp.never) { $0.action })
            #expect(usage.total.calls == 3 && usage.total.credits == 22 && usage.total.openCalls == 1)
        }
    }

    @Test("A usage with more lines than one step reads is complete")
    func manySteps() async throws {
        try await withLedger { ledger in
            try await ledger.give(100_000, reference: "gift")
            for _ in 1...25 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 1...50 { group.addTask { _ = try await ledger.hold(.generate(cost: 1)) } }
                    try await group.waitForAll()
                }
            }
            let usage = try await ledger.usage(of: "ana", in: newYear..<Timestamp.never) { $0.action }
            #expect(usage?.total.openCalls == 1250)
        }
    }

    @Test("An account is found by a part of its id, whatever the case, the closest first, with its balance")
    func find() async throws {
        try await withLedger { ledger in
            for account: AccountID in ["Banana", "ana", "bob", "a_b", "50%", "Ärger"] {
                try await ledger.give(7, to: account, reference: "gift")
            }
            let note = try Ledger.Note(by: "eva", reason: "fraud")
            #expect(try await ledger.suspend("ana", note, at: newYear))
            let cases: [(String, [AccountID])] = [
                ("ANA", ["ana", "Banana"]), ("_", ["a_b"]), ("%", ["50%"]), ("zoe", []), ("Är", ["Ärger"]),
            ]
            for (part, expected) in cases {
                #expect(try await ledger.findDifferences(part, expected: expected, at: newYear) == [])
            }
            let some = try await ledger.findAccounts("a", count: 2, at: newYear)
            #expect(some.accounts.count == 2 && some.hasMore)
        }
    }

    @Test("The most similar account differs by one letter or by case; a long id by a few letters")
    func nearest() async throws {
        try await withLedger { ledger in
            let long = "organisation-4711-of-the-north"
            for account in ["ana@example.com", "bo", "50%", long] {
                try await ledger.give(7, to: AccountID(account), reference: "gift")
            }
            let cases = [
                "ana@exmple.com", "ana@@example.com", "anb@example.com", "naa@example.com", "ana@example.cmo",
                "ana@exmaple.com", "ana@eaxmple.com", "ANA@Example.com",
            ]
            for misspelled in cases {
                #expect(
                    try await ledger.nearestAccount(to: AccountID(misspelled)) == "ana@example.com", "\(misspelled)")
            }
            #expect(try await ledger.nearestAccount(to: "b") == "bo")
            #expect(try await ledger.nearestAccount(to: "50_") == "50%")
            #expect(try await ledger.nearestAccount(to: "organisation-4712-of-the-nort") == AccountID(long).rawValue)
            for other in ["eva@example.com", "zoe", "ana@example.com"] {
                #expect(try await ledger.nearestAccount(to: AccountID(other)) == nil, "\(other)")
            }
        }
    }

    @Test("The latest refusals come first, of one account or of all")
    func refusals() async throws {
        try await withLedger { ledger in
            let accounts: [AccountID] = ["ana", "bob", "ana"]
            let records = accounts.enumerated().map {
                Refusal.Record.some(of: $1, at: newYear.advanced(byMilliseconds: Int64($0) * hour))
            }
            for record in records { ledger.keep(record) }
            try await ledger.give(1, reference: "gift")
            #expect(try await ledger.latestRefusals(of: nil, since: nil, count: 9) == records.reversed())
            #expect(try await ledger.latestRefusals(of: nil, since: nil, count: 2) == records.reversed().dropLast())
            #expect(try await ledger.latestRefusals(of: "bob", since: nil, count: 9) == [records[1]])
            #expect(try await ledger.latestRefusals(of: "ana", since: records[1].at, count: 9) == [records[2]])
        }
    }

    @Test("A history with notes is the same in pages of any size, in random histories")
    func notedHistory() async throws {
        try await withLedger { ledger in
            _ = try await ledger.keepRandomBooks(seed: seed)
            for account: AccountID in ["ana", "bob", "cleo"] {
                #expect(try await ledger.historyDifferences(of: account) == [])
            }
        }
    }

    @Test("A history has the notes of people between its lines, and one line for a charge of two grants")
    func notes() async throws {
        try await withLedger { ledger in
            func at(_ hours: Int64) -> Timestamp { newYear.advanced(byMilliseconds: hours * hour) }
            let note = try Ledger.Note(by: "eva", reason: "fraud")
            try await ledger.give(8, reference: "first")
            try await ledger.give(8, reference: "second")
            #expect(try await ledger.suspend("ana", note, at: at(1)))
            #expect(try await ledger.resume("ana", note, at: at(2)))
            let charge = try await ledger.hold(.generate(cost: 12), at: at(3))
            #expect(try await ledger.refund(charge, because: .threw, at: at(4)))
            let withdrawal = try Withdrawal(
                account: "ana", credits: 3, from: "first", reference: "mistake", note: note, plans: .empty)
            _ = try await ledger.withdraw(withdrawal, at: at(5))

            let events = try await ledger.notedHistory(of: "ana", pagesOf: 100)
            #expect(events.map(\.kind) == ["reverse", "refund", "charge", "note", "note", "grant", "grant"])
            #expect(events.map(\.credits) == [-3, 12, -12, 0, 0, 8, 8])
            #expect(events.compactMap(\.done) == ["resumed", "suspended"])
            #expect(events.map(\.by) == ["eva", nil, nil, "eva", "eva", nil, nil])
            #expect(try await ledger.historyDifferences(of: "ana") == [])
            // Later events change nothing about the pages that follow.
            let first = try #require(try await ledger.notedHistory(of: "ana", after: nil, count: 4))
            #expect(try await ledger.suspend("ana", note, at: at(6)))
            let rest = try await ledger.notedHistory(of: "ana", after: first.next, count: 9)
            #expect(first.entries + (rest?.entries ?? []) == events && rest?.next == nil)
            #expect(try await ledger.notedHistory(of: "nobody", after: nil, count: 4) == nil)
        }
    }

    @Test("The exported calls of a period are its charges, in random histories")
    func export() async throws {
        try await withLedger { ledger in
            let charges = try await ledger.keepRandomBooks(seed: seed)
            // The clock of a random history goes back by days, so only the period of all time has a defined beginning.
            let always = Timestamp(rawValue: .min)..<Timestamp.never
            #expect(try await ledger.exportDifferences(in: always, among: charges) == [])
        }
    }

    @Test("Calls that fill several pages are exported once each, from any start time")
    func manyPages() async throws {
        try await withLedger { ledger in
            try await ledger.give(1, reference: "gift")
            let database = try RawDatabase(ledger.path)
            try database.execute(
                """
                INSERT INTO prices (id, action, names, policy_version, rule, refund_grace_ms)
                VALUES (1, 'a', '["a"]', 'v', 'r', 0);
                WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 2500)
                INSERT INTO charges (id, account_id, price_id, holder_id, created_at, state_since, quoted, cost, state)
                SELECT 3 * n, 1, 1, 1, \(newYear.rawValue) + n * \(hour), 0, 0, 0, 1 FROM number;
                """
            )
            for first in [1, 2, 1250, 2499, 2500, 2501] {
                var seen: [Int64] = []
                let since = newYear.advanced(byMilliseconds: Int64(first) * hour)
                try await ledger.forEachPage(ofCallsIn: since..<Timestamp.never) { page in
                    seen += page.map { $0.charge.rawValue / 3 }
                }
                #expect(seen == (first..<2501).map(Int64.init))
            }
            var calls = 0
            let period = newYear.advanced(byMilliseconds: hour)..<newYear.advanced(byMilliseconds: 4 * hour)
            try await ledger.forEachPage(ofCallsIn: period) { calls += $0.count }
            #expect(calls == 3)
        }
    }

    @Test("A purchase is found by any id of the provider and by the payer's e-mail address, and by nothing else")
    func purchases() async throws {
        try await withLedger { ledger in
            try await ledger.record(Sale.purchase("pur_1"), under: .empty, at: newYear)
            try await ledger.record(Sale.purchase("pur_2"), under: .empty, at: newYear)
            let facts: [Purchase.Fact] = [
                .paid(), .refund(id: "re_1", payment: "pi_1", amount: nil, .pending),
                .dispute(id: "dp_1", payment: "pi_1", amount: nil, .warning),
            ]
            let names = Purchase.Names(purchase: "pur_1", checkout: "cs_1", payments: ["pi_1"])
            let events = facts.map {
                Purchase.Event(names: names, fact: $0, billing: Purchase.BillingDetails(email: "Ana@Example.com"))
            }
            let event = Inbox.Event(
                id: Inbox.Event.ID(provider: "stripe", event: "evt_1"), type: "test", body: Data("{}".utf8))
            _ = try await ledger.receive(event, reading: .facts(events), at: newYear)
            for word in ["pur_1", "cs_1", "pi_1", "re_1", "dp_1", "evt_1", "ana@example.com"] {
                let found = try await ledger.findPurchases(word, count: 9)
                #expect(found.map(\.purchase.id) == ["pur_1"], "\(word)")
            }
            for word in ["ana", "pi_", "%", "Ana@", "USD"] {
                #expect(try await ledger.findPurchases(word, count: 9).isEmpty, "\(word)")
            }
        }
    }

    @Test("Limits in shadow mode that calls exceeded are counted, and are not among the refusals")
    func shadowLimits() async throws {
        let policy = try Policy(
            parsing: """
                { "actions": { "generate": {
                    "cost": 2, "rules": [{ "when": { "size": "large" }, "cost": 5, "mode": "shadow" }],
                    "limits": [{ "max": 1, "per": "day", "mode": "shadow" }] } } }
                """
        )
        try await withLedger { ledger in
            let clock = ManualClock()
            let gate = Gate(ledger: Ledger(ledger), policies: policy, clock: clock, settlement: .durable)
            for account: AccountID in ["ana", "bob"] { try await ledger.give(5, to: account, reference: "gift") }
            try await gate.run("generate", for: "ana", attributes: ["size": "large"]) { _ in }
            try await gate.run("generate", for: "ana") { _ in }
            try await gate.run("generate", for: "bob") { _ in }
            await #expect(throws: Refusal.self) { try await gate.run("generate", for: "ana") { _ in } }
            try await ledger.give(1, reference: "the next commit")

            let report = try await ledger.shadowReport(since: newYear)
            let (limit, price) = (try #require(report.limits.first), try #require(report.prices.first))
            #expect(report.limits.count == 1 && limit.limit == "calls per day by account" && limit.calls == 1)
            #expect(limit.accounts.map { "\($0.account) \($0.calls)" } == ["ana 1"])
            #expect(report.prices.count == 1 && price.rule.hasPrefix("policy.jsonc:2:"))
            let sums = price.accounts.map { "\($0.account) \($0.calls) \($0.credits) \($0.shadowCredits)" }
            #expect(sums == ["ana 1 2 5"])
            let refusals = try await ledger.latestRefusals(of: nil, since: nil, count: 9)
            #expect(refusals.map(\.kind) == ["insufficient-credits"])
            let later = try await ledger.shadowReport(since: newYear.advanced(byMilliseconds: 2 * hour))
            #expect(later.limits.isEmpty && later.prices.isEmpty)
        }
    }
}
