import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// What any mixture of facts does to an account, in whatever order the ledger hears of them.
@Suite("Facts in any order", .endsWhenStuck) struct PurchaseOrderTests {
    static let alphabet: [Purchase.Fact] = [
        .opened, .pending(), .failed(), .expired, .paid(1200, tax: 200), .paid(900, "pi_2"), .approved,
        .refund(370), .refund(370, .failed), .refund(450, .pending, re: "re_2"), .soFar(500),
        .dispute(.opened), .dispute(.withdrawn), .dispute(.won), .dispute(.lost, 250, "dp_2"),
        .bought("price_1"), .bought("price_2"),
    ]

    /// An event may name the checkout, the payment, or both: until one of them names both, the ledger can't know whose
    /// the others are.
    static let names = [
        Purchase.Names(checkout: "cs_1", payments: ["pi_1"]), Purchase.Names(checkout: "cs_1"),
        Purchase.Names(payments: ["pi_1"]), Purchase.Names(purchase: "pur_1", payments: ["pi_1"]),
    ]

    @Test("Histories of up to twenty events have one result in every order, while the account spends")
    func histories() async throws {
        var random = SeededGenerator(seed: seed)
        try await withLedger { ledger in
            let till = Till(ledger)
            for number in 1...Depth.of(quick: 15, thorough: 60) {
                let account = try AccountID("account \(number)")
                try await History(number, account, till, &random).check()
            }
            try await till.expectRightBooks("seed \(seed)")
        }
    }

    @Test("Every sequence of up to three facts has one result in every order")
    func everySequence() async throws {
        let facts: [Purchase.Fact] = [
            .pending(), .expired, .paid(1200, tax: 200), .paid(900, "pi_2"), .approved, .refund(370),
            .refund(370, .failed), .soFar(500), .dispute(.withdrawn), .dispute(.won), .bought("price_2"),
        ]
        let sequences = facts.flatMap { first in
            [[first]] + facts.flatMap { second in [[first, second]] + facts.map { [first, second, $0] } }
        }
        try await withLedger { ledger in
            let till = Till(ledger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, sequence) in Depth.sample(sequences, quick: 150).enumerated() {
                    group.addTask { try await check(sequence, number, till) }
                }
                try await group.waitForAll()
            }
            try await till.expectRightBooks()
        }
    }

    /// The account has spent 40 of its 50 credits before.
    private func check(_ sequence: [Purchase.Fact], _ number: Int, _ till: Till) async throws {
        let account = try AccountID("account \(number)")
        let purchase = Sale.purchase(try Purchase.ID("pur_\(number)"), of: account, credits: 333, product: "price_1")
        let names = PurchaseOrderTests.names[0].numbered(number)
        try await till.record(purchase, checkout: names.checkout, opening: 50)
        _ = try await till.ledger.hold(.generate(for: account, cost: 40))
        for count in sequence.indices {
            try await till.tell(sequence[count], names: names)
            let expected = Purchase.Position(of: purchase, given: sequence[...count])
            let balance = try await till.ledger.balance(of: account, at: newYear) ?? AccountBalance()
            let worth = balance.remaining.rawValue - balance.debt.rawValue
            #expect(worth == 10 + expected.credits.rawValue, "\(sequence[...count])")
        }
    }

    /// One purchase of an account of its own.
    private struct History {
        private let purchase: Purchase
        private let till: Till
        private let told: [(fact: Purchase.Fact, names: Purchase.Names)]
        /// Names all that the others name one by one.
        private let link: Purchase.Names
        private let isAttached: Bool
        private let costs: [Credits]

        init(_ number: Int, _ account: AccountID, _ till: Till, _ random: inout SeededGenerator) throws {
            purchase = Sale.purchase(try Purchase.ID("pur_\(number)"), of: account, credits: 333, product: "price_1")
            self.till = till
            isAttached = Bool.random(using: &random)
            link = names[0].numbered(number)
            let set = Array(alphabet.shuffled(using: &random).prefix(Int.random(in: 1...7, using: &random)))
            let again = set.filter { _ in Bool.random(using: &random) }
            let own = names.map { $0.numbered(number) }
            told = (set + again).shuffled(using: &random).map { ($0, own.randomElement(using: &random) ?? own[0]) }
            costs = told.map { _ in Credits(rawValue: Int64.random(in: 0...60, using: &random)) ?? 0 }
        }

        private var comment: Comment { "seed \(seed), \(purchase.id): \(told)" }

        func check() async throws {
            let checkout = link.checkout ?? ""
            try await till.record(purchase, checkout: isAttached ? checkout : nil, opening: 50)
            var others: Int64 = 50
            for ((fact, names), cost) in zip(told, costs) {
                try await till.tell(fact, names: names)
                others -= try await spend(cost)
                try await expectSum(others)
            }
            // Whatever went by another name is known at last.
            try await till.ledger.attach(.test(checkout, of: purchase.id), to: purchase.id, at: newYear)
            try await till.tell(.opened, names: link)
            try await expectSum(others)
            let record = try await till.purchase(purchase.id)
            #expect(record.position == Purchase.Position(of: purchase, given: told.map(\.fact)), comment)
            #expect(Set(record.facts) == Set(told.map(\.fact) + [.opened]), comment)
        }

        /// Some calls stay open: what they hold counts as spent.
        ///
        /// - Returns: how much was spent.
        private func spend(_ cost: Credits) async throws -> Int64 {
            let request = ChargeRequest.generate(for: purchase.account, cost: cost)
            guard case .held(let charge, _, _) = try await till.ledger.charge(request, at: newYear) else { return 0 }
            if cost.rawValue.isMultiple(of: 2) { _ = try await till.ledger.settle(charge, at: newYear) }
            return cost.rawValue
        }

        /// At every moment the account has what the purchase is worth, and what else it had.
        private func expectSum(_ others: Int64) async throws {
            let balance = try await till.ledger.balance(of: purchase.account, at: newYear) ?? AccountBalance()
            let record = try await till.purchase(purchase.id)
            let worth = balance.remaining.rawValue - balance.debt.rawValue
            #expect(worth == record.position.credits.rawValue + others, comment)
        }
    }
}

extension Purchase.Names {
    /// The same, of the purchase of that number.
    fileprivate func numbered(_ number: Int) -> Purchase.Names {
        Purchase.Names(
            purchase: purchase.map { _ in "pur_\(number)" },
            checkout: checkout.map { _ in "cs_\(number)" },
            payments: payments.map { "\($0)/\(number)" }
        )
    }
}
