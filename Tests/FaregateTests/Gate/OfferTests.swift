import Faregate
import FaregateTesting
import Testing

@Suite("The packs offered to an account that can't pay")
struct OfferTests {
    private let now = Timestamp(rawValue: 1_767_225_600_000)

    /// Calls for 10 credits from an account without credits and with this debt.
    private func refusal(owing debt: Int64, _ packs: String) async throws -> Refusal {
        let text = """
            {
              "actions": { "generate": { "cost": 10 }, "chat": {
                "cost": { "base": 10, "units": { "tokens": 1 } }, "overrun": "debt"
              } },
              "plans": { "free": { "grants": [{ "credits": 10, "every": "once" }] } },
              "defaultPlan": "free", "debtLimit": 1000,
              "packs": { \(packs) }
            }
            """
        let policy = try Policy(parsing: text)
        let gate = Gate(
            ledger: Ledger(MemoryLedger()), policies: policy, clock: ManualClock(now: now), settlement: .durable)
        try await gate.run("chat", for: "ana") { charge in
            if debt > 0 { try await charge.report(["tokens": debt]) }
        }
        return try #require(
            await #expect(throws: Refusal.self) { try await gate.run("generate", for: "ana") { _ in } }
        )
    }

    private func offers(owing debt: Int64 = 0, _ packs: String) async throws -> [String] {
        guard case .insufficientCredits(_, _, _, _, let offers) = try await refusal(owing: debt, packs).reason else {
            return ["another reason"]
        }
        return offers.map { "\($0.quantity) x \($0.pack.name): \($0.credits) for \($0.price)" }
    }

    @Test("Packs for other actions are not offered")
    func purposes() async throws {
        let offers = try await offers(
            """
            "chats": { "credits": 50, "price": "1.00 USD", "stripe": "a", "for": ["chat"] },
            "both": { "credits": 50, "price": "2.00 USD", "stripe": "b", "for": ["chat", "generate"] },
            "all": { "credits": 50, "price": "3.00 USD", "stripe": "c" }
            """)
        #expect(offers == ["1 x both: 50 for 2.00 USD", "1 x all: 50 for 3.00 USD"])
    }

    @Test("An offer covers the account's debt too")
    func debt() async throws {
        let packs = """
            "20": { "credits": 20, "price": "2.00 USD", "stripe": "price_20" },
            "100": { "credits": 100, "price": "9.00 USD", "stripe": "price_100" }
            """
        let refusal = try await refusal(owing: 50, packs)
        let problem = refusal.problem
        #expect(problem.detail == "you need 10 credits, you have 0 and owe 50")
        #expect(problem.members["debt"] == 50)
        #expect(problem.members["shortfall"] == 60)
        let hundred = Problem.Value.object(["name": "100", "credits": 100, "price": "9.00 USD"])
        #expect(problem.members["packs"] == .array([hundred]))
        #expect(try await offers(owing: 10, packs) == ["1 x 20: 20 for 2.00 USD", "1 x 100: 100 for 9.00 USD"])
    }

    @Test("Only packs that a provider sells are offered")
    func forSale() async throws {
        let packs = """
            "nobody": { "credits": 100, "price": "1.00 USD" },
            "dodo": { "credits": 100, "price": "9.00 USD", "dodo": "pdt_1" }
            """
        #expect(try await offers(packs) == ["1 x dodo: 100 for 9.00 USD"])
    }

    @Test("A pack is offered in the needed quantity if it is sold in quantities")
    func quantity() async throws {
        let packs = """
            "few": { "credits": 10, "price": "3.00 USD", "quantity": { "max": 5 }, "stripe": "price_1" },
            "many": { "credits": 10, "price": "4.00 USD", "quantity": { "min": 7, "max": 9 }, "stripe": "price_2" },
            "huge": { "credits": 1, "price": "0.01 USD", "quantity": { "max": 1000000 }, "stripe": "price_3" }
            """
        #expect(
            try await offers(owing: 31, packs) == [
                "41 x huge: 41 for 0.41 USD", "5 x few: 50 for 15.00 USD", "7 x many: 70 for 28.00 USD",
            ]
        )
        #expect(
            try await offers(owing: 41, packs) == ["51 x huge: 51 for 0.51 USD", "7 x many: 70 for 28.00 USD"]
        )
        let problem = try await refusal(owing: 31, packs).problem
        guard case .array(let offers) = problem.members["packs"], case .object(let few) = offers[1] else {
            throw InvalidInput("\(problem.members)")
        }
        #expect(few == ["name": "few", "credits": 50, "price": "15.00 USD", "quantity": 5])
    }

    @Test("Offers are sorted by price within each currency")
    func currencies() async throws {
        let packs = """
            "yen": { "credits": 100, "price": "900 JPY", "stripe": "price_1" },
            "dollars": { "credits": 100, "price": "9.00 USD", "stripe": "price_2" },
            "cheaper": { "credits": 50, "price": "5.00 USD", "stripe": "price_3" }
            """
        #expect(
            try await offers(packs) == [
                "1 x yen: 100 for 900 JPY", "1 x cheaper: 50 for 5.00 USD", "1 x dollars: 100 for 9.00 USD",
            ]
        )
    }
}
