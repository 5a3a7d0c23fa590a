import Faregate
import FaregateTesting
import TestSupport
import Testing

private let policyText = """
    {
      "actions": {
        "generate": {
          "cost": 10,
          "rules": [{ "when": { "size": "large" }, "cost": 25 }, { "when": { "plan": "pro" }, "cost": 8 }]
        },
        "slow": { "cost": 10, "timeout": "5s" },
        "rare": { "cost": 1, "limits": [{ "max": 2, "per": "hour" }, { "max": 1, "within": "1m", "by": "member" }] }
      },
      "plans": { "free": { "grants": [{ "credits": 50, "every": "once" }] }, "pro": { "grants": [] } },
      "defaultPlan": "free",
      "packs": {
        "50": { "credits": 50, "price": "10.00 USD", "stripe": "price_50" },
        "5": { "credits": 5, "price": "1.00 USD", "stripe": "price_5" },
        "60": { "credits": 60, "price": "9.00 USD" }
      }
    }
    """

@Suite("A gate around a handler") struct GateTests {
    @Test("A call that succeeds is charged") func success() async throws {
        try await withScene(policyText) { test in
            let cost = try await test.gate.run("generate", for: "ana") { charge in
                let balance = try await test.ledger.balance(of: "ana", at: newYear)
                #expect(balance?.held == 10, "the credits are taken before the handler runs")
                return charge.cost
            }
            #expect(cost == 10)
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.sums == AccountBalance(total: 50, used: 10, remaining: 40, sources: [.plan: 40]))
            #expect(test.events.all == ["allowed", "settled"])
        }
    }

    @Test("A handler that throws costs nothing") func thrown() async throws {
        try await withScene(policyText) { test in
            await #expect(throws: HandlerFailed.self) {
                try await test.gate.run("generate", for: "ana") { _ in throw HandlerFailed() }
            }
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.remaining == 50)
            #expect(test.events.all == ["allowed", "refunded: threw"])
        }
    }

    @Test("A returned failure costs nothing") func returnedFailure() async throws {
        try await withScene(policyText) { test in
            let status = try await test.gate.run("generate", for: "ana", isFailure: { $0 >= 400 }) { _ in 500 }
            #expect(status == 500)
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.remaining == 50)
            #expect(test.events.all == ["allowed", "refunded: failed-response"])
        }
    }

    @Test(
        "A cancelled call costs nothing, whether or not its handler notices the cancellation", arguments: [true, false])
    func cancelled(notices: Bool) async throws {
        try await withScene(policyText) { test in
            let (started, startedContinuation) = AsyncStream<Void>.makeStream()
            let (cancelled, cancelledContinuation) = AsyncStream<Void>.makeStream()
            let call = Task {
                try await test.gate.run("generate", for: "ana") { _ in
                    startedContinuation.yield()
                    await Task.detached { for await _ in cancelled { break } }.value
                    if notices { try Task.checkCancellation() }
                }
            }
            for await _ in started { break }
            call.cancel()
            cancelledContinuation.yield()
            await #expect(throws: CancellationError.self) { try await call.value }
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.remaining == 50)
            #expect(test.events.all == ["allowed", "refunded: cancelled"])
        }
    }

    @Test("A caller that is cancelled before the handler starts runs no handler")
    func cancelledBeforeStart() async throws {
        try await withScene(policyText) { test in
            let call = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await test.gate.run("generate", for: "ana") { _ in Issue.record("the handler ran") }
            }
            await #expect(throws: CancellationError.self) { try await call.value }
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.remaining == 50)
        }
    }

    @Test(
        "Attributes out of bounds are refused and charge nothing",
        arguments: [
            ["size": .number(.infinity)], ["size": .number(.nan)],
            ["size": .string(String(repeating: "x", count: 256))],
            ["": "x"], ["a\nb": "x"],
            Dictionary(uniqueKeysWithValues: (0..<33).map { ("attribute\($0)", AttributeValue.boolean(true)) }),
        ] as [Attributes]
    )
    func invalidAttributes(attributes: Attributes) async throws {
        try await withScene(policyText) { test in
            let refusal = await #expect(throws: Refusal.self) {
                try await test.gate.run("generate", for: "ana", attributes: attributes) { _ in
                    Issue.record("the handler ran")
                }
            }
            #expect(refusal?.problem.status == 400)
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.sums == AccountBalance(total: 50, remaining: 50, sources: [.plan: 50]))
        }
    }

    @Test("A call past its timeout is answered at once and costs nothing")
    func timeout() async throws {
        try await withScene(policyText) { test in
            let (release, releaseContinuation) = AsyncStream<Void>.makeStream()
            let call = Task {
                try await test.gate.run("slow", for: "ana") { _ in
                    // A handler that ignores its cancellation.
                    await Task.detached { for await _ in release { break } }.value
                }
            }
            await test.clock.waitForSleeper()
            test.clock.advance(milliseconds: 5000)
            await #expect(throws: Gate.TimedOut.self) { try await call.value }
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.remaining == 50)
            #expect(test.events.all == ["allowed", "refunded: timed-out"])
            releaseContinuation.finish()
        }
    }

    @Test("A call within its timeout is charged") func withinTimeout() async throws {
        try await withScene(policyText) { test in
            let value = try await test.gate.run("slow", for: "ana") { _ in "done" }
            #expect(value == "done")
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.used == 10)
        }
    }

    @Test("The first rule that matches sets the price") func firstRule() async throws {
        try await withScene(policyText) { test in
            let large = try await test.gate.run("generate", for: "ana", attributes: ["size": "large"]) { $0 }
            #expect(large.cost == 25)
            #expect(large.rule.line == 5)
            let other = try await test.gate.run("generate", for: "ana", attributes: ["size": "small"]) { $0 }
            #expect(other.cost == 10)
        }
    }

    @Test("A refusal for credits gives the shortfall and the packs that cover it")
    func insufficientCredits() async throws {
        try await withScene(policyText) { test in
            for _ in 0..<5 { try await test.gate.run("generate", for: "ana") { _ in } }
            let refusal = await #expect(throws: Refusal.self) {
                try await test.gate.run("generate", for: "ana") { _ in Issue.record("the handler ran") }
            }
            let problem = try #require(refusal).problem
            #expect(problem.status == 402)
            #expect(problem.detail == "you need 10 credits, you have 0")
            #expect(problem.members["shortfall"] == .integer(10))
            let covering = Problem.Value.object(["name": "50", "credits": .integer(50), "price": "10.00 USD"])
            #expect(
                problem.members["packs"] == .array([covering]),
                "the pack of 5 does not cover it, and nobody sells the pack of 60")
            #expect(test.events.all.last == "refused")
        }
    }

    @Test("A refusal by a full limit says when to retry") func fullLimit() async throws {
        try await withScene(policyText) { test in
            let members: [MemberID] = ["one", "two", "three"]
            for member in members[..<2] { try await test.gate.run("rare", for: "ana", member: member) { _ in } }
            test.clock.advance(milliseconds: 10 * minute)
            let refusal = await #expect(throws: Refusal.self) {
                try await test.gate.run("rare", for: "ana", member: members[2]) { _ in }
            }
            let problem = try #require(refusal).problem
            #expect(problem.status == 429)
            #expect(problem.type == "https://iana.org/assignments/http-problem-types#quota-exceeded")
            let headers = Dictionary(problem.headers) { $1 }
            #expect(headers["Retry-After"] == "3000")
            #expect(headers["RateLimit-Policy"] == "\"calls per hour by account\";q=2;w=3600;qu=\"requests\"")
            #expect(headers["RateLimit"] == "\"calls per hour by account\";r=0;t=3000")
        }
    }

    @Test("A limit by member counts each member separately") func limitByMember() async throws {
        try await withScene(policyText) { test in
            try await test.gate.run("rare", for: "ana", member: "one") { _ in }
            try await test.gate.run("rare", for: "ana", member: "two") { _ in }
            let refusal = await #expect(throws: Refusal.self) {
                try await test.gate.run("rare", for: "bo", member: "one") { _ in }
                try await test.gate.run("rare", for: "bo", member: "one") { _ in }
            }
            #expect(refusal?.description == "rare is limited to 1 call within 1m; 1 used")
        }
    }

    @Test("An action without a price runs for no account") func unknownAction() async throws {
        try await withScene(policyText) { test in
            let error = await #expect(throws: Gate.UnknownAction.self) {
                try await test.gate.run("genrate", for: "ana") { _ in Issue.record("the handler ran") }
            }
            #expect(error?.description == "the policy has no action \"genrate\"; did you mean \"generate\"?")
        }
    }

    @Test("A ledger out of reach refuses calls with 503 and runs no handler")
    func ledgerOutOfReach() async throws {
        try await withScene(policyText, on: [.sqlite]) { test in
            await test.ledger.close()
            let refusal = await #expect(throws: Refusal.self) {
                try await test.gate.run("generate", for: "ana") { _ in Issue.record("the handler ran") }
            }
            #expect(refusal?.problem.status == 503)
        }
    }

    @Test("A wrapped handler is gated") func wrapped() async throws {
        try await withScene(policyText) { test in
            let handler = test.gate.wrap(
                "generate",
                request: { (name: String) in Gate.CallRequest(account: try AccountID(name)) },
                isFailure: { $0 == "failed" },
                handler: { name, call in name == "bad" ? "failed" : "drawn for \(call.cost)" }
            )
            let answers = [try await handler("ana"), try await handler("bad")]
            #expect(answers == ["drawn for 10", "failed"])
            let balance = try await test.gate.balance(of: "bad")
            #expect(balance.remaining == 50)
            await #expect(throws: InvalidInput.self) { _ = try await handler("") }
        }
    }

    @Test("Of 64 simultaneous calls with credits for ten, ten succeed")
    func simultaneousCalls() async throws {
        try await withScene(policyText) { test in
            // The plan gives the other 50.
            let grant = try GrantRequest(account: "ana", credits: 50, source: .promotion, reference: "promo")
            _ = try await test.ledger.grant(grant, at: newYear)
            let outcomes = Collected<Int>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        do {
                            outcomes.add(try await test.gate.run("generate", for: "ana") { _ in 200 })
                        } catch let refusal as Refusal {
                            outcomes.add(refusal.problem.status)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(outcomes.all.filter { $0 == 200 }.count == 10)
            #expect(outcomes.all.filter { $0 == 402 }.count == 54)
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.sums == AccountBalance(total: 100, used: 100))
        }
    }

    @Test("A key is charged once and its handler runs once") func key() async throws {
        try await withScene(policyText) { test in
            let key = try IdempotencyKey("k", fingerprint: "f")
            try await test.gate.run("generate", for: "ana", key: key) { _ in
                let inFlight = await #expect(throws: Refusal.self) {
                    let elsewhere = Gate(ledger: Ledger(test.ledger), policies: test.gate.policy, clock: test.clock)
                    try await elsewhere.run("generate", for: "ana", key: key) { _ in Issue.record("ran twice") }
                }
                #expect(inFlight?.problem.type == "urn:faregate:problem:key-in-flight")
            }
            let completed = await #expect(throws: Refusal.self) {
                try await test.gate.run("generate", for: "ana", key: key) { _ in Issue.record("ran twice") }
            }
            #expect(completed?.problem.type == "urn:faregate:problem:key-completed")
            let reused = await #expect(throws: Refusal.self) {
                let other = try IdempotencyKey("k", fingerprint: "another")
                try await test.gate.run("generate", for: "ana", key: other) { _ in Issue.record("ran twice") }
            }
            #expect(reused?.problem.status == 422)
            let balance = try await test.gate.balance(of: "ana")
            #expect(balance.used == 10)
        }
    }
}
