import Faregate
import FaregateSQLite
import Foundation

/// Runs the tests in policy files: real calls through a gate, on a ledger of their own in a temporary folder.
struct PolicyTests {
    let policy: Policy
    let now: Timestamp

    /// Runs the tests one after another.
    ///
    /// - Returns: a diagnostic for each test that fails.
    func failures(of tests: [Policy.Test]) async throws -> [Policy.Diagnostic] {
        guard !tests.isEmpty else { return [] }
        let folder = FileManager.default.temporaryDirectory.appending(path: "faregate-check-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let ledger = try await SQLiteLedger.open(folder.appending(path: "tests.faregate").path, trace: nil)
        return try await Context.closing(ledger) { ledger in
            var failures: [Policy.Diagnostic] = []
            for (number, test) in tests.enumerated() {
                let call = try TestCall(test, number: number, ledger: Ledger(ledger), policy: policy, now: now)
                if let message = try await call.failure() { failures.append(test.failure(message)) }
            }
            return failures
        }
    }
}

/// The calls of one test, for a new account.
private struct TestCall {
    private enum Outcome {
        case charged(Credits)
        case refused(Refusal)
        case invalid(String)
    }

    private let test: Policy.Test
    private let account: AccountID
    private let gate: Gate
    private let clock = TestClock()
    private let charged = ChargedCredits()
    private let start: Timestamp

    /// The starting credits of an account that must not run out.
    private static let plenty: Credits = 1_000_000_000_000

    init(_ test: Policy.Test, number: Int, ledger: Ledger, policy: Policy, now: Timestamp) throws {
        self.test = test
        let inForce = policy.inForce(at: test.moment ?? now)
        start = test.moment ?? inForce.calendar.window(.day, containing: now).lowerBound
        clock.set(start)
        account = try AccountID("test-\(number)")
        // Without the changes to come if the test has no date: its calls are made under the present policy.
        let tested = test.moment == nil ? inForce.announcing([]) : policy
        gate = Gate(
            ledger: ledger, policies: tested, clock: clock, settlement: .durable, observer: charged.observe
        )
    }

    /// Makes the calls.
    ///
    /// - Returns: what went wrong; nil if the last call ended as expected.
    func failure() async throws -> String? {
        try await open()
        for number in 1...test.times {
            let offset = test.within.milliseconds / Int64(test.times) * Int64(number - 1)
            clock.set(start.advanced(byMilliseconds: offset))
            let outcome = try await call(number)
            if number == test.times { return difference(outcome) }
            guard case .charged = outcome else {
                return "call \(number) of \(test.times) already \(text(outcome)); only the last one may be refused"
            }
        }
        return nil
    }

    private func open() async throws {
        if let plan = test.plan {
            try await gate.move(account, to: plan, reason: "a test of the policy", by: "faregate check")
        }
        var funds = TestCall.plenty
        switch test.funds {
        case .plan: return
        case .plenty: break
        case .exactly(let credits):
            funds = credits
            let granted = try await gate.balance(of: account).remaining
            if granted > 0, let taken = Credits(rawValue: -granted.rawValue) {
                try await gate.adjust(
                    account, by: taken, reference: "test", reason: "a test of the policy", by: "faregate check"
                )
            }
        }
        if funds > 0 { try await gate.grant(funds, to: account, as: .promotion, reference: "test funds") }
    }

    private func call(_ number: Int) async throws -> Outcome {
        do {
            try await gate.run(
                test.action, for: account,
                member: try test.member.map { try MemberID($0) },
                attributes: test.attributes,
                units: test.units,
                key: test.hasKey ? try IdempotencyKey("call \(number)") : nil
            ) { _ in }
            return .charged(charged.latest)
        } catch let refusal as Refusal {
            // The refusal's text doesn't suggest the right model name; the error does.
            if case .unknownModel(let error) = refusal.reason { return .invalid("\(error)") }
            return .refused(refusal)
        } catch let error as InvalidInput {
            return .invalid(error.description)
        } catch let error as Gate.UnknownAction {
            return .invalid("\(error)")
        }
    }

    private func difference(_ outcome: Outcome) -> String? {
        switch (test.expectation, outcome) {
        case (.cost(let expected), .charged(let cost)) where expected == cost: return nil
        case (.allowed, .charged): return nil
        case (.refused(let reason), .refused(let refusal)) where reason == Policy.Test.Refusal(refusal): return nil
        default: return "\(text(test.expectation)), and it \(text(outcome))"
        }
    }

    private func text(_ expectation: Policy.Test.Expectation) -> String {
        let call = test.times == 1 ? "the call" : "call \(test.times)"
        return switch expectation {
        case .cost(let cost): "\(call) should cost \(count(cost.rawValue, "credit"))"
        case .allowed: "\(call) should be allowed"
        case .refused(.limit): "\(call) should be refused by a limit"
        case .refused(.credits): "\(call) should be refused for lack of credits"
        case .refused(.key): "\(call) should be refused because it has no key"
        }
    }

    private func text(_ outcome: Outcome) -> String {
        switch outcome {
        case .charged(let cost): "cost \(count(cost.rawValue, "credit"))"
        case .refused(let refusal): "was refused: \(refusal)"
        case .invalid(let reason): "can't be made: \(reason)"
        }
    }
}

extension Policy.Test.Refusal {
    /// Nil for a reason that has nothing to do with the policy.
    fileprivate init?(_ refusal: Refusal) {
        switch refusal.reason {
        case .limit: self = .limit
        case .insufficientCredits: self = .credits
        case .keyRequired: self = .key
        default: return nil
        }
    }
}

/// The cost of the latest call that was charged.
private final class ChargedCredits: Sendable {
    private let state = Mutex<Credits>(0)

    var latest: Credits { state.withLock { $0 } }

    @Sendable func observe(_ event: GateEvent) {
        if event.name == .settled { state.withLock { $0 = event.credits } }
    }
}

/// A clock that stands still until it is set.
private final class TestClock: WallClock {
    private let state = Mutex(Timestamp(rawValue: 0))

    var now: Timestamp { state.withLock { $0 } }

    func set(_ now: Timestamp) { state.withLock { $0 = now } }

    func sleep(for duration: Duration) async throws { try await SystemClock().sleep(for: duration) }
}
