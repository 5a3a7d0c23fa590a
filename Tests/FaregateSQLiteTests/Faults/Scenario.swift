import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// A small day of business: a grant, three charges, one of them settled and one refunded. Each call may fail, and can
/// be made again; what the ledger acknowledged is remembered.
struct Scenario {
    private(set) var isGranted = false
    private(set) var charges: [ChargeID?] = [nil, nil, nil]
    private(set) var isSettled = false
    private(set) var isRefunded = false
    /// What went wrong, in the order in which it did.
    private(set) var errors: [LedgerError] = []

    /// The same for all calls, as a gate has them: what a connection knows of them must not outlive what was undone.
    private static let terms = ChargeRequest.generate(limits: [.perDay(1000)]).terms

    static let granted: Credits = 1000
    static let cost: Credits = 10

    var isDone: Bool { isGranted && !charges.contains(nil) && isSettled && isRefunded }

    /// Makes every call that isn't acknowledged yet.
    mutating func run(on ledger: SQLiteLedger) async throws {
        if !isGranted {
            isGranted = try await attempt { try await Scenario.grant(on: ledger) }
        }
        for number in charges.indices where charges[number] == nil {
            var id: ChargeID?
            _ = try await attempt {
                id = try await Scenario.charge(number, on: ledger)
                return id != nil
            }
            charges[number] = id
        }
        if !isSettled, let id = charges[0] {
            isSettled = try await attempt { try await Scenario.settle(id, on: ledger) }
        }
        if !isRefunded, let id = charges[1] {
            isRefunded = try await attempt { try await Scenario.refund(id, on: ledger) }
        }
        _ = try await attempt { try await ledger.balance(of: "ana", at: newYear) != nil }
    }

    private mutating func attempt(_ call: () async throws -> Bool) async throws -> Bool {
        do {
            return try await call()
        } catch let error as LedgerError {
            errors.append(error)
            return false
        }
    }

    private static func grant(on ledger: SQLiteLedger) async throws -> Bool {
        let request = try GrantRequest(account: "ana", credits: granted, source: .purchase, reference: "order")
        switch try await ledger.grant(request, at: newYear) {
        case .granted, .alreadyGranted: return true
        case .referenceTaken: throw TestFailure("the grant's reference is taken")
        }
    }

    /// Nil when there is nothing to pay with, since the grant has failed.
    private static func charge(_ number: Int, on ledger: SQLiteLedger) async throws -> ChargeID? {
        let key = try IdempotencyKey("call \(number)", fingerprint: "\(number)")
        let request = ChargeRequest(account: "ana", cost: cost, under: terms, key: key)
        switch try await ledger.charge(request, at: newYear) {
        case .held(let id, _, _): return id
        case .refused(.keyUsed(let id, .held, true, _)): return id
        case .refused(.credits): return nil
        case .refused(let refusal): throw TestFailure("refused: \(refusal)")
        }
    }

    /// When it failed before, it may have been done all the same.
    private static func settle(_ id: ChargeID, on ledger: SQLiteLedger) async throws -> Bool {
        _ = try await ledger.settle(id, at: newYear)
        return true
    }

    private static func refund(_ id: ChargeID, on ledger: SQLiteLedger) async throws -> Bool {
        _ = try await ledger.refund(id, because: .threw, at: newYear)
        return true
    }
}

extension Scenario {
    /// Everything that was acknowledged is there.
    func expectAcknowledged(on ledger: SQLiteLedger, _ comment: Comment) async throws {
        let balance = try await ledger.balance(of: "ana", at: newYear)
        let entries = try await ledger.history(of: "ana", after: nil, count: 100).entries
        #expect(!isGranted || balance?.total == Scenario.granted, comment)
        let states = Dictionary(entries.filter { $0.kind == .charge }.map { ($0.charge, $0.state) }) { first, _ in first
        }
        for (number, id) in charges.enumerated() {
            guard let id else { continue }
            let mayBe: [ChargeState?] =
                switch number {
                case 0: isSettled ? [.settled] : [.held, .settled]
                case 1: isRefunded ? [.refunded] : [.held, .refunded]
                default: [.held]
                }
            #expect(mayBe.contains(states[id] ?? nil), "charge \(number + 1): \(comment)")
        }
        expectBooksBalance(balance, comment)
    }

    private func expectBooksBalance(_ balance: AccountBalance?, _ comment: Comment) {
        guard let balance else { return }
        let parts = [balance.remaining, balance.held, balance.used, balance.expired, balance.reversed]
        #expect(balance.total.rawValue == parts.reduce(0) { $0 + $1.rawValue }, comment)
    }

    /// Every call has been made again until it was acknowledged: each has happened exactly once.
    func expectDoneOnce(on ledger: SQLiteLedger, _ comment: Comment) async throws {
        #expect(isDone, comment)
        let balance = try await ledger.balance(of: "ana", at: newYear)
        #expect(
            balance.sums == AccountBalance(total: 1000, used: 10, held: 10, remaining: 980, sources: [.purchase: 980]),
            comment
        )
        let entries = try await ledger.history(of: "ana", after: nil, count: 100).entries
        #expect(entries.map(\.kind.rawValue).sorted() == ["charge", "charge", "charge", "grant", "refund"], comment)
        #expect(entries.reduce(0) { $0 + $1.credits } == 980, comment)
    }

    /// The service goes on: somebody else's credits come in, and pay.
    func expectService(on ledger: SQLiteLedger) async throws {
        let request = try GrantRequest(account: "ben", credits: 5, source: .promotion, reference: "welcome")
        _ = try await ledger.grant(request, at: newYear)
        let id = try await ledger.hold(.generate(for: "ben", cost: 5))
        let isRefunded = try await ledger.refund(id, because: .threw, at: newYear)
        #expect(isRefunded)
    }
}
