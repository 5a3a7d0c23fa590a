import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

@Suite struct GrantTests {
    @Test("Simultaneous grants with one reference grant once") func aReferenceGrantsOnceHoweverManyAskAtOnce()
        async throws
    {
        try await withLedger { ledger in
            let request = try GrantRequest(account: "ana", credits: 100, source: .promotion, reference: "spring")
            let results = try await withThrowingTaskGroup(of: GrantResult.self) { group in
                for _ in 0..<50 { group.addTask { try await ledger.grant(request, at: newYear) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.filter { if case .granted = $0 { true } else { false } }.count == 1)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.total == 100)
        }
    }

    @Test("A grant of another amount under a used reference is no repeat")
    func aReferenceOfAnotherAmountIsNotTakenForARepeat() async throws {
        try await withLedger { ledger in
            try await ledger.give(100, reference: "spring")
            let other = try GrantRequest(account: "ana", credits: 200, source: .promotion, reference: "spring")
            guard case .referenceTaken = try await ledger.grant(other, at: newYear) else {
                throw TestFailure("another grant under the same reference passed as the same")
            }
            #expect(try await ledger.balance(of: "ana", at: newYear)?.total == 100)
        }
    }

    @Test("A grant to an unknown account opens it") func aGrantToSomebodyNewOpensTheAccountToo() async throws {
        try await withLedger { ledger in
            let request = try GrantRequest(
                account: "ana",
                credits: 100,
                source: .promotion,
                reference: "spring",
                plans: .free(50)
            )
            _ = try await ledger.grant(request, at: newYear)
            try await ledger.refresh("ana", under: .free(50), at: newYear)
            #expect(try await ledger.balance(of: "ana", at: newYear)?.sources == [.plan: 50, .promotion: 100])
        }
    }

    @Test("The total of an account never exceeds the range of credits")
    func anAccountNeverHoldsMoreThanTheRangeOfCredits() async throws {
        try await withLedger { ledger in
            try await ledger.give(.max, reference: "all there is")
            let more = try GrantRequest(account: "ana", credits: 1, source: .promotion, reference: "one more")
            let said = await expectError(.forbidden) { _ = try await ledger.grant(more, at: newYear) }
            #expect(said.contains("cannot be granted more than 9007199254740991 credits in total"))
            #expect(try await ledger.balance(of: "ana", at: newYear)?.remaining == .max)
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("A repeated grant of the largest amount is recognised as a repeat") func repeatingTheLargestGrantIsARepeat()
        async throws
    {
        try await withLedger { ledger in
            let grant = try GrantRequest(account: "ana", credits: .max, source: .promotion, reference: "all there is")
            guard case .granted(let number) = try await ledger.grant(grant, at: newYear) else {
                throw TestFailure("nothing was granted")
            }
            #expect(try await ledger.grant(grant, at: newYear) == .alreadyGranted(number))
            let smaller = try GrantRequest(account: "ana", credits: 1, source: .promotion, reference: "all there is")
            #expect(try await ledger.grant(smaller, at: newYear) == .referenceTaken(number))
        }
    }

    @Test("Two Unicode encodings of a name are two accounts everywhere")
    func twoSpellingsOfANameAreTwoAccountsEverywhere() async throws {
        let composed = AccountID("jos\u{E9}"), decomposed = AccountID("jose\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        try await withLedger { ledger in
            try await ledger.give(5, to: composed, reference: "r")
            let other = try await ledger.balance(of: decomposed, at: newYear)
            #expect(other == nil)
        }
    }

    @Test("Pages of a history have no gaps while new entries arrive")
    func historyPagesBackwardsWithoutGapsWhileMoreHappens() async throws {
        try await withLedger { ledger in
            try await ledger.give(1000, reference: "promo")
            for number in 0..<11 {
                let charge = try await ledger.hold(.generate(cost: 1))
                if number.isMultiple(of: 2) {
                    #expect(try await ledger.settle(charge, at: newYear))
                } else {
                    #expect(try await ledger.refund(charge, because: .threw, at: newYear))
                }
            }
            var seen: [History.Entry] = []
            var cursor: History.Cursor?
            repeat {
                let page = try await ledger.history(of: "ana", after: cursor, count: 4)
                #expect(page.entries.count <= 4)
                seen += page.entries
                cursor = page.next
                _ = try await ledger.hold(.generate(for: "ana", cost: 1))
            } while cursor != nil

            #expect(seen.count == 17, "a grant, eleven charges and five refunds")
            #expect(seen.map(\.id) == seen.map(\.id).sorted(by: >))
            #expect(seen.last?.kind == .grant)
            #expect(seen.filter { $0.kind == .refund }.allSatisfy { $0.reason == "threw" && $0.credits == 1 })
            #expect(
                seen.filter { $0.kind == .charge }.map(\.state)
                    == (0..<11).map { $0.isMultiple(of: 2) ? .settled : .refunded }
            )
        }
    }

    @Test("An account that was never opened is unknown") func nobodyKnowsAnAccountThatWasNeverOpened() async throws {
        try await withLedger { ledger in
            let balance = try await ledger.balance(of: "nobody", at: newYear)
            let history = try await ledger.history(of: "nobody", after: nil, count: 10)
            #expect(balance == nil)
            #expect(history.entries == [])
        }
    }
}
