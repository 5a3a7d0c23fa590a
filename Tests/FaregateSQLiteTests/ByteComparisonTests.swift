import Faregate
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// Two spellings of "é": the same to people and to `String`, two texts to a database.
private let spellings = ["caf\u{E9}", "cafe\u{301}"]

@Suite("Comparison of names, byte by byte")
struct ByteComparisonTests {
    private func withLedgers(_ body: (any LedgerBackend) async throws -> Void) async throws {
        try await withLedger { try await body($0) }
        try await body(MemoryLedger())
    }

    private func charge(
        _ account: AccountID = "ana",
        member: MemberID? = nil,
        key: IdempotencyKey? = nil,
        limits: [LimitCheck] = []
    ) -> ChargeRequest {
        var request = ChargeRequest.generate(limits: limits)
        (request.account, request.member, request.key, request.cost) = (account, member, key, 0)
        return request
    }

    private func isHeld(_ decision: ChargeDecision) -> Bool {
        if case .held = decision { true } else { false }
    }

    @Test("Names are compared byte by byte as values and as keys of dictionaries")
    func values() throws {
        #expect(Set(try spellings.map { try AccountID($0) }).count == 2)
        #expect(Set(try spellings.map { try IdempotencyKey($0) }).count == 2)
        #expect(Set(try spellings.map { try IdempotencyKey("k", fingerprint: $0) }).count == 2)
        #expect(Set(spellings.map { Inbox.Event.ID(provider: "stripe", event: $0) }).count == 2)
    }

    @Test("Two encodings of a key are two calls, and fingerprints are compared byte by byte")
    func keys() async throws {
        try await withLedgers { ledger in
            for name in spellings {
                #expect(isHeld(try await ledger.charge(charge(key: try IdempotencyKey(name)), at: newYear)))
            }
            let first = try IdempotencyKey("k", fingerprint: spellings[0])
            let other = try IdempotencyKey("k", fingerprint: spellings[1])
            #expect(isHeld(try await ledger.charge(charge(key: first), at: newYear)))
            let decision = try await ledger.charge(charge(key: other), at: newYear)
            guard case .refused(.keyUsed(_, _, sameRequest: false, _)) = decision else {
                throw TestFailure("\(decision)")
            }
        }
    }

    @Test("Two encodings of an account or a member have limits of their own")
    func limits() async throws {
        let daily = LimitCheck.Window.calendar(from: newYear, until: newYear.advanced(byMilliseconds: 24 * hour))
        func limit(_ scope: Policy.Limit.Scope) -> LimitCheck {
            LimitCheck(name: "daily", counter: "\(scope)", scope: scope, max: 1, window: daily, givesBack: true)
        }
        try await withLedgers { ledger in
            for name in spellings {
                let byAccount = charge(try AccountID(name), limits: [limit(.account)])
                #expect(isHeld(try await ledger.charge(byAccount, at: newYear)))
                let byMember = charge(member: try MemberID(name), limits: [limit(.member)])
                #expect(isHeld(try await ledger.charge(byMember, at: newYear)))
            }
        }
    }

    @Test("Two encodings of a reference are two grants")
    func references() async throws {
        try await withLedgers { ledger in
            for reference in spellings {
                let request = try GrantRequest(
                    account: "ana", credits: 5, source: .promotion, reference: try GrantReference(reference)
                )
                guard case .granted = try await ledger.grant(request, at: newYear) else {
                    throw TestFailure("\(reference) was taken for the other one")
                }
            }
            #expect(try await ledger.balance(of: "ana", at: newYear)?.remaining == 10)
        }
    }

    @Test("Two encodings of a key run two calls at the same time")
    func runningCalls() async throws {
        let policy = try Policy(parsing: #"{ "actions": { "a": { "cost": 0 } } }"#)
        let gate = Gate(ledger: Ledger(MemoryLedger()), policies: policy, clock: ManualClock())
        let inner = try IdempotencyKey(spellings[1])
        let ran = try await gate.run("a", for: "ana", key: IdempotencyKey(spellings[0])) { _ in
            // Were the keys the same, this call would wait for the one that it is made in.
            try await gate.run("a", for: "ana", key: inner) { _ in "inner" }
        }
        #expect(ran == "inner")
    }
}
