import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite struct ChargingTests {
    @Test("A new account opens with its plan's credits and pays from them")
    func aNewAccountOpensWithItsPlansCreditsAndPaysFromThem() async throws {
        try await withLedger { ledger in
            let charge = try await ledger.hold(.generate(opening: 50))
            #expect(try await ledger.settle(charge, at: newYear))

            let balance = try #require(try await ledger.balance(of: "ana", at: newYear))
            #expect(balance.sums == AccountBalance(total: 50, used: 10, remaining: 40, sources: [.plan: 40]))
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("A second refresh of a new account grants nothing more") func openingAgainGivesNothingMore() async throws {
        try await withLedger { ledger in
            for credits: Credits in [50, 100, 50] {
                try await ledger.refresh("ana", under: .free(credits), at: newYear)
            }
            #expect(try await ledger.balance(of: "ana", at: newYear)?.total == 50)
        }
    }

    @Test("Simultaneous first calls of an unknown account open it once")
    func firstCallsOfAnUnknownAccountAllAtOnceOpenItOnce() async throws {
        try await withLedger { ledger in
            let held = try await withThrowingTaskGroup(of: ChargeDecision.self) { group in
                for _ in 0..<64 {
                    group.addTask { try await ledger.charge(.generate(opening: 50), at: newYear) }
                }
                return try await group.reduce(into: 0) { if case .held = $1 { $0 += 1 } }
            }
            #expect(held == 5)
            #expect(try await ledger.balance(of: "ana", at: newYear).sums == AccountBalance(total: 50, held: 50))
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("Credits for ten calls admit exactly ten of 64 callers") func creditsForTenCallsAdmitExactlyTenOfSixtyFour()
        async throws
    {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "promo")
            let decisions = try await withThrowingTaskGroup(of: ChargeDecision.self) { group in
                for _ in 0..<64 { group.addTask { try await ledger.charge(.generate(), at: newYear) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let refused = decisions.filter { $0 == .refused(.credits(required: 10, available: 0)) }
            #expect(refused.count == 54)
            #expect(Set(decisions).count == 11, "ten charges of their own and one refusal")
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("A refusal takes nothing and leaves no trace") func aRefusalTakesNothingAndLeavesNoTrace() async throws {
        try await withLedger { ledger in
            try await ledger.give(9, reference: "promo")
            let database = try RawDatabase(ledger.path)
            let before = try database.integer("SELECT count(*) FROM journal")

            let decision = try await ledger.charge(.generate(limits: [.perDay(5)]), at: newYear)
            #expect(decision == .refused(.credits(required: 10, available: 9)))
            #expect(try database.integer("SELECT count(*) FROM journal") == before)
            #expect(try database.integer("SELECT count(*) FROM charges") == 0)
            #expect(try database.integer("SELECT coalesce(sum(used), 0) FROM counters") == 0)
        }
    }

    @Test("Grants are spent by priority, then by expiry, then by age") func spendingOrder()
        async throws
    {
        try await withLedger { ledger in
            let day = 24 * hour
            try await ledger.give(10, reference: "never expires")
            try await ledger.give(10, reference: "late", expiresAt: newYear.advanced(byMilliseconds: 2 * day))
            try await ledger.give(10, reference: "soon", expiresAt: newYear.advanced(byMilliseconds: day))
            try await ledger.give(10, reference: "also soon", expiresAt: newYear.advanced(byMilliseconds: day))
            try await ledger.give(10, reference: "first", priority: -1)
            try await ledger.give(10, reference: "last", priority: 1)
            try await ledger.give(10, reference: "expired", priority: -5, expiresAt: newYear)

            _ = try await ledger.hold(.generate(cost: 35))
            let paid = try RawDatabase(ledger.path).rows(
                """
                SELECT reference, credits FROM charge_grants JOIN grants ON grants.id = grant_id
                ORDER BY priority, expires_at, position, grants.id
                """
            )
            #expect(paid == [["first", "10"], ["soon", "10"], ["also soon", "10"], ["late", "5"]])
        }
    }

    @Test("Expired grants pay for nothing") func expiredGrantsDoNotCount() async throws {
        try await withLedger { ledger in
            try await ledger.give(10, reference: "short", expiresAt: newYear.advanced(byMilliseconds: 1000))
            let late = newYear.advanced(byMilliseconds: 1000)
            let decision = try await ledger.charge(.generate(), at: late)
            #expect(decision == .refused(.credits(required: 10, available: 0)))
            #expect(try await ledger.balance(of: "ana", at: late).sums == AccountBalance(total: 10, expired: 10))
        }
    }

    @Test("A free call is recorded as a charge") func aChargeThatCostsNothingIsChargedAllTheSame() async throws {
        try await withLedger { ledger in
            let charge = try await ledger.hold(.generate(cost: 0, opening: 5))
            #expect(try await ledger.settle(charge, at: newYear))
            #expect(try await ledger.balance(of: "ana", at: newYear)?.remaining == 5)
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("All callers are answered, even if they don't fit into one transaction")
    func moreCallersThanATransactionTakesAreAllAnswered() async throws {
        try await withLedger { ledger in
            try await ledger.give(3000, reference: "promo")
            let ids = try await withThrowingTaskGroup(of: ChargeID.self) { group in
                for _ in 0..<3000 { group.addTask { try await ledger.hold(.generate(cost: 1)) } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(ids.count == 3000)
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("One statement runs a whole charge") func oneStatementIsAWholeCharge() async throws {
        let statements = Collected<String>()
        try await withLedger(trace: { statements.add($0) }) { ledger in
            try await ledger.give(100, reference: "promo")
            let limits: [LimitCheck] = [.perDay(5), .within(hour, 5)]
            // The first charge of its kind makes the counters and the statement.
            var request = ChargeRequest.generate(limits: limits, key: try IdempotencyKey("j"))
            _ = try await ledger.hold(request)
            statements.removeAll()
            request.key = try IdempotencyKey("k")
            _ = try await ledger.hold(request)

            let own = statements.all.filter(isCalls)
            try #require(own.count == 7, "\(own)")
            #expect(own[0] == "BEGIN IMMEDIATE")
            #expect(own[1] == "SELECT version, generation, is_complete FROM ledger")
            #expect(own[2] == "SAVEPOINT job")
            #expect(own[3] == "SELECT max(id) FROM charges")
            #expect(own[4].hasPrefix("INSERT INTO charge_"))
            #expect(own[5] == "RELEASE job")
            #expect(own[6] == "COMMIT")
        }
    }

    @Test("A new account is opened in the transaction of its first charge, and never again")
    func aNewAccountIsOpenedInTheTransactionOfItsFirstChargeAndNeverAgain() async throws {
        let statements = Collected<String>()
        try await withLedger(trace: { statements.add($0) }) { ledger in
            _ = try await ledger.hold(.generate(for: "bob", opening: 50))
            for isFirst in [true, false] {
                statements.removeAll()
                _ = try await ledger.hold(.generate(opening: 50))
                let own = statements.all.filter(isCalls)
                #expect(own.first == "BEGIN IMMEDIATE")
                #expect(own.last == "COMMIT")
                #expect(own.count { $0 == "COMMIT" } == 1)
                #expect(own.count { $0.hasPrefix("INSERT INTO charge_") } == 1)
                #expect(own.contains { $0.hasPrefix("INSERT INTO accounts") } == isFirst)
            }
        }
    }

    @Test("Each charge under load is one statement") func oneStatementPerChargeUnderLoad() async throws {
        let statements = Collected<String>()
        try await withLedger(trace: { statements.add($0) }) { ledger in
            try await ledger.give(10_000, reference: "promo")
            let request = ChargeRequest.generate(limits: [.perDay(500)])
            _ = try await ledger.hold(request)
            statements.removeAll()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 { group.addTask { _ = try await ledger.hold(request) } }
                try await group.waitForAll()
            }
            let own = statements.all.filter(isCalls)
            let transactions = own.count { $0 == "COMMIT" }
            let charges = own.filter { $0.hasPrefix("INSERT INTO charge_") }
            #expect(charges.count == 200)
            // For a transaction: begin, a look at the ledger and at the latest id, commit. For a charge: a savepoint.
            #expect(own.count == 4 * transactions + 3 * charges.count)
        }
    }
}

/// Not what triggers run.
private func isCalls(_ statement: String) -> Bool { !statement.hasPrefix("--") }

extension LimitCheck {
    static func perDay(
        _ max: Int64,
        from: Timestamp = newYear,
        counter: String = "generate/daily/ana",
        scope: Policy.Limit.Scope = .account
    ) -> LimitCheck {
        LimitCheck(
            name: "daily",
            counter: counter,
            scope: scope,
            max: max,
            window: .calendar(from: from, until: from.advanced(byMilliseconds: 24 * hour)),
            givesBack: true
        )
    }

    static func within(_ milliseconds: Int64, _ max: Int64, givesBack: Bool = true) -> LimitCheck {
        LimitCheck(
            name: "rolling",
            counter: "generate/rolling/ana",
            max: max,
            window: .rolling(milliseconds: milliseconds),
            givesBack: givesBack
        )
    }
}
