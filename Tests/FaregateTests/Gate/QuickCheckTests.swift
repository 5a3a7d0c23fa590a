import Faregate
import FaregateTesting
import Testing

@Suite("A snapshot of a balance")
struct QuickCheckTests {
    private let check: QuickCheck
    private let now = Timestamp(rawValue: 1_767_225_600_000)
    private let account: AccountID = "ana"

    init() throws {
        check = try QuickCheck(key: try Secret("0123456789abcdef0123456789abcdef"))
    }

    private func gate() throws -> Gate {
        let policy = try Policy(parsing: #"{ "actions": { "generate": { "cost": 10 } } }"#)
        return Gate(ledger: Ledger(MemoryLedger()), policies: policy, clock: ManualClock(now: now))
    }

    @Test("A snapshot refuses only calls that the account can't pay", arguments: [(9, true), (10, false), (0, true)])
    func refusesEarly(credits: Int64, isRefused: Bool) throws {
        let balance = AccountBalance(remaining: try #require(Credits(rawValue: credits)))
        let token = check.token(for: balance, of: account, at: now)
        let refusal = try gate().refusal(of: "generate", for: account, by: check, token: token)
        #expect((refusal != nil) == isRefused)
        if isRefused { #expect(refusal?.problem.status == 402) }
    }

    @Test("A snapshot of a suspended account refuses every call")
    func suspended() throws {
        let token = check.token(for: AccountBalance(remaining: 100, suspendedAt: now), of: account, at: now)
        let refusal = try gate().refusal(of: "generate", for: account, by: check, token: token)
        #expect(refusal?.problem.status == 403)
    }

    @Test("A snapshot doesn't refuse a call with a key, which may be a free repeat, unless the account is suspended")
    func keys() throws {
        let key = try IdempotencyKey("k")
        for (isSuspended, status) in [(false, nil), (true, 403)] as [(Bool, Int?)] {
            let token = check.token(for: AccountBalance(suspendedAt: isSuspended ? now : nil), of: account, at: now)
            let refusal = try gate().refusal(of: "generate", for: account, key: key, by: check, token: token)
            #expect(refusal?.problem.status == status)
        }
    }

    @Test("A snapshot uses the price of its plan, and counts its debt")
    func plan() throws {
        let policy = """
            { "actions": { "generate": { "cost": 10, "rules": [{ "when": { "plan": "pro" }, "cost": 1 }] } },
              "plans": { "free": {}, "pro": {} }, "defaultPlan": "free" }
            """
        let gate = Gate(
            ledger: Ledger(MemoryLedger()), policies: try Policy(parsing: policy), clock: ManualClock(now: now))
        let details: [(String, String?)] = [("pro", nil), ("free", "you need 10 credits, you have 5 and owe 3")]
        for (plan, detail) in details {
            let token = check.token(for: AccountBalance(remaining: 5, debt: 3, plan: plan), of: account, at: now)
            let refusal = gate.refusal(of: "generate", for: account, by: check, token: token)
            #expect(refusal?.description == detail)
        }
        let token = check.token(for: AccountBalance(remaining: 100, plan: "free"), of: account, at: now)
        let refusal = gate.refusal(of: "generate", for: account, attributes: ["plan": "pro"], by: check, token: token)
        #expect(refusal?.problem.status == 400)
    }

    @Test("A snapshot is valid for its lifetime, and not before it was made")
    func lifetime() {
        let token = check.token(for: AccountBalance(), of: account, at: now)
        for (age, isBelieved) in [(0, true), (30_000, true), (30_001, false), (-1000, true), (-1001, false)]
            as [(Int64, Bool)]
        {
            let snapshot = check.snapshot(token, of: account, at: now.advanced(byMilliseconds: age))
            #expect((snapshot != nil) == isBelieved, "\(age) ms")
        }
    }

    @Test("A snapshot that is altered, of another account or under another key is ignored")
    func forgeries() throws {
        let token = check.token(for: AccountBalance(), of: account, at: now)
        #expect(check.snapshot(token, of: "bob", at: now) == nil)
        let other = try QuickCheck(key: try Secret("fedcba9876543210fedcba9876543210"))
        #expect(other.snapshot(token, of: account, at: now) == nil)
        for index in token.indices {
            var altered = token
            altered.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            #expect(check.snapshot(altered, of: account, at: now) == nil, "\(altered)")
        }
        // The last digit of a signature has unused bits: another digit with the same used bits is a different text.
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let accepted = digits.filter { check.snapshot(token.dropLast() + String($0), of: account, at: now) != nil }
        #expect(accepted == [token.last])
        let marked = token.replacing(".", with: ".\u{301}")
        for broken in [marked, token + "\u{301}", token + "\n", token + "\u{0}"] {
            #expect(check.snapshot(broken, of: account, at: now) == nil)
        }
        for broken in ["", ".", "a.b.c", String(repeating: "a", count: 100_000), token + ".", "." + token] {
            #expect(check.snapshot(broken, of: account, at: now) == nil)
        }
    }

    @Test("Credits for other actions don't count")
    func purposes() throws {
        let text = #"{ "actions": { "generate": { "cost": 10 }, "chat": { "cost": 10 } } }"#
        let clock = ManualClock()
        let gate = Gate(ledger: Ledger(MemoryLedger()), policies: try Policy(parsing: text), clock: clock)
        let check = try QuickCheck(key: Secret(String(repeating: "k", count: 32)))
        let lists = [["chat"], (0..<100).map { "action-number-\($0)" }]
        for (number, actions) in lists.enumerated() {
            let reserved = [AccountBalance.Reserved(actions: actions, credits: 20)]
            let token = check.token(
                for: AccountBalance(remaining: 25, reserved: reserved), of: "ana", at: clock.now)
            let refusal = gate.refusal(of: "generate", for: "ana", by: check, token: token)
            // A long list isn't in the token, and then nothing is predicted.
            #expect(
                refusal?.description == (number == 0 ? "you need 10 credits, you have 5 that pay for generate" : nil))
            #expect(gate.refusal(of: "chat", for: "ana", by: check, token: token) == nil)
        }
    }
}
