import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// Credits that a person takes away by hand.
@Suite struct WithdrawalTests {
    private static let policy = """
        {
          "actions": { "generate": { "cost": 10 } },
          "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] } },
          "defaultPlan": "free"
        }
        """

    private func withdrawal(
        _ credits: Credits,
        from grant: String? = nil,
        debt: Bool = false,
        _ reference: GrantReference = "mistake",
        plans: PlanBook = .empty
    ) throws -> Withdrawal {
        try Withdrawal(
            account: "ana",
            credits: credits,
            from: grant,
            allowsDebt: debt,
            reference: reference,
            note: Ledger.Note(by: "eva", reason: "a zero too many"),
            plans: plans
        )
    }

    private func taken(_ result: WithdrawalResult) throws -> WithdrawalResult.Withdrawn {
        guard case .taken(let withdrawn) = result else { throw TestFailure("not taken: \(result)") }
        return withdrawn
    }

    private func lots(_ withdrawn: WithdrawalResult.Withdrawn) -> [String] {
        withdrawn.lots.map { "\($0.credits) of \($0.reference)" }
    }

    @Test("A withdrawal takes from the grants in spending order, and the history shows its reason")
    func spendingOrder() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(1000, reference: "later")
            try await ledger.give(50, reference: "soon", expiresAt: newYear.advanced(byMilliseconds: hour))
            let held = try await ledger.hold(.generate(cost: 20))
            let withdrawn = try taken(try await ledger.withdraw(try withdrawal(900), at: newYear))
            #expect(lots(withdrawn) == ["30 of soon", "870 of later"] && withdrawn.owed == 0)
            #expect(try await ledger.refund(held, because: .threw, at: newYear))
            let balance = try #require(try await ledger.balance(of: "ana", at: newYear))
            #expect(balance.remaining == 150 && balance.reversed == 900 && balance.total == 1050)
            let entries = try await ledger.history(of: "ana", after: nil, count: 9).entries
            let taken = entries.filter { $0.kind == .reverse }
            #expect(taken.map(\.credits) == [-870, -30] && taken.allSatisfy { $0.reason == "a zero too many" })
        }
    }

    @Test("A withdrawal from a named grant takes from no other")
    func named() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(50, reference: "first")
            try await ledger.give(1000, reference: "mistyped")
            let withdrawn = try taken(
                try await ledger.withdraw(try withdrawal(900, from: "mistyped"), at: newYear))
            #expect(lots(withdrawn) == ["900 of mistyped"])
            #expect(
                try await ledger.withdraw(try withdrawal(101, from: "mistyped", "2"), at: newYear)
                    == .notEnough(available: 100))
            #expect(try await ledger.withdraw(try withdrawal(1, from: "other", "3"), at: newYear) == .unknownGrant)
            let balance = try #require(try await ledger.balance(of: "ana", at: newYear))
            #expect(balance.remaining == 150)
        }
    }

    @Test("A withdrawal of more than the account has is refused, or becomes debt if allowed")
    func debt() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(30, reference: "first")
            try await ledger.give(10, reference: "second")
            let before = try await ledger.balance(of: "ana", at: newYear)
            #expect(try await ledger.withdraw(try withdrawal(41), at: newYear) == .notEnough(available: 40))
            #expect(try await ledger.balance(of: "ana", at: newYear) == before)
            let withdrawn = try taken(
                try await ledger.withdraw(try withdrawal(45, from: "second", debt: true), at: newYear))
            #expect(lots(withdrawn) == ["10 of second", "30 of first"])
            #expect(withdrawn.owed == 5 && withdrawn.debt == 5)
            let entry = try await ledger.history(of: "ana", after: nil, count: 1).entries.first
            #expect(entry?.kind == .debt && entry?.reason == "a zero too many")
            try await ledger.give(8, reference: "third")
            #expect(try await ledger.balance(of: "ana", at: newYear)?.remaining == 3)
            let most = try withdrawal(.max, debt: true, "most")
            #expect(try taken(try await ledger.withdraw(most, at: newYear)).owed.rawValue == Credits.max.rawValue - 3)
            #expect(
                try await ledger.withdraw(try withdrawal(.max, debt: true, "more"), at: newYear)
                    == .notEnough(available: 0))
        }
    }

    @Test("A withdrawal with a used reference takes nothing more")
    func repeated() async throws {
        try await withBothLedgers { ledger in
            try await ledger.give(100, reference: "mistake")
            let first = try taken(try await ledger.withdraw(try withdrawal(30, debt: true), at: newYear))
            let again = try await ledger.withdraw(try withdrawal(30, debt: true), at: newYear)
            #expect(again == .alreadyTaken(first))
            #expect(try await ledger.withdraw(try withdrawal(31), at: newYear) == .referenceTaken)
            #expect(try await ledger.withdraw(try withdrawal(30, from: "mistake"), at: newYear) == .referenceTaken)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.remaining == 70)
        }
    }

    @Test("A withdrawal refreshes the account first")
    func seesToTheAccount() async throws {
        let month = Policy.Plan.Grant(credits: 100, every: .month)
        let plan = Policy.Plan(name: "pro", grants: [month])
        let plans = PlanBook(plans: ["pro": plan], defaultPlan: plan)
        let later = newYear.advanced(byMilliseconds: 40 * 24 * hour)
        try await withBothLedgers { ledger in
            #expect(try await ledger.withdraw(try withdrawal(1, plans: plans), at: newYear) == .unknownAccount)
            #expect(try await ledger.balance(of: "ana", at: newYear) == nil)
            try await ledger.refresh("ana", under: plans, at: newYear)
            let withdrawn = try taken(try await ledger.withdraw(try withdrawal(60, plans: plans), at: later))
            #expect(lots(withdrawn) == ["60 of plan:pro:month:1"])
            let balance = try #require(try await ledger.balance(of: "ana", at: later))
            #expect(balance.remaining == 40 && balance.expired == 100)
        }
    }

    @Test("A withdrawal takes at least 1 credit")
    func range() throws {
        #expect(throws: InvalidInput.self) { try withdrawal(0) }
        #expect(throws: InvalidInput.self) { try withdrawal(-5) }
        #expect(throws: InvalidInput.self) { try withdrawal(5, from: "") }
    }

    @Test("A withdrawal records who made it and why, and never changes")
    func noted() async throws {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "gift")
            _ = try taken(try await ledger.withdraw(try withdrawal(130, debt: true), at: newYear))
            let database = try RawDatabase(ledger.path)
            #expect(
                try database.rows("SELECT kind, by, reason FROM notes")
                    == [["took credits away", "eva", "a zero too many"]])
            for sql in [
                "DELETE FROM withdrawals", "UPDATE withdrawals SET credits = 1", "DELETE FROM withdrawal_entries",
                "UPDATE withdrawal_entries SET entry = 1", "INSERT INTO withdrawal_entries VALUES (1, 1)",
            ] {
                #expect(throws: TestFailure.self, "\(sql)") { try database.execute(sql) }
            }
        }
    }

    @Test(
        "An audit finds withdrawals that were tampered with",
        arguments: [
            (
                "UPDATE withdrawals SET credits = 131",
                "withdrawal \"mistake\" from ana: sum of its entries is 130, expected 131"
            ),
            (
                "DELETE FROM withdrawal_entries WHERE entry = (SELECT max(entry) FROM withdrawal_entries)",
                "entry 4 of ana: cause is none, expected a purchase or a withdrawal"
            ),
            (
                "UPDATE withdrawals SET account_id = 2",
                "withdrawal \"mistake\" from ben: account of its entries is ana, expected ben"
            ),
        ]
    )
    func audited(sql: String, difference: String) async throws {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "gift")
            try await ledger.give(1, to: "ben", reference: "gift")
            _ = try taken(try await ledger.withdraw(try withdrawal(130, debt: true), at: newYear))
            let clean = try await ledger.audit()
            #expect(clean.differences.isEmpty)
            let database = try RawDatabase(ledger.path)
            let triggers = try database.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            for trigger in triggers { try database.execute("DROP TRIGGER \(trigger[0])") }
            try database.execute(sql)
            let found = try await ledger.audit().differences.map(\.description)
            #expect(found.contains(difference), "\(found)")
        }
    }

    @Test("The gate refuses an adjustment that adds credits, and the error says to use grant")
    func byTheGate() async throws {
        try await withScene(WithdrawalTests.policy) { scene in
            _ = try await scene.gate.balance(of: "ana")
            let before = try await scene.balance().remaining
            let result = try await scene.gate.adjust("ana", by: -3, reference: "one", reason: "a mistake", by: "eva")
            #expect(try taken(result).lots.map(\.credits) == [3])
            #expect(try await scene.balance().remaining.rawValue == before.rawValue - 3)
            let error = await #expect(throws: InvalidInput.self) {
                try await scene.gate.adjust("ana", by: 3, reference: "two", reason: "a mistake", by: "eva")
            }
            #expect(error?.description.contains("To give credits, use grant") == true)
        }
    }
}
