import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting

extension ScenarioRun {
    /// Compares the result with the expected one, and checks the laws.
    func compare(_ answers: [String], _ ledger: SQLiteLedger, _ gate: Gate) async throws {
        let (runs, counted) = (stage.runs, try await countedByLimit(in: ledger))
        let netAfterGrace = try await netAfterGrace(gate)
        if scenario.crossesPeriod { stage.clock.advance(milliseconds: 5 * 86_400_000) }
        let balance = try await gate.balance(of: account)
        let expected = scenario.expected
        let got = Expected(
            answers: answers,
            runs: runs,
            netAfterGrace: netAfterGrace,
            net: balance.remaining.rawValue - balance.debt.rawValue,
            used: expected.used == nil ? nil : balance.used.rawValue,
            counted: expected.counted == nil ? nil : counted
        )
        guard got == expected else { throw Failed(description: "expected \(expected)\ngot      \(got)") }
        try law(balance.held == 0, "nothing is held once all calls are over", balance)
        try law(balance.debt == 0 || balance.remaining == 0, "no debt beside credits", balance)
        let open = try await ledger.openCharges(at: stage.clock.now)
        try law(open.isEmpty, "every charge ends", open)
        for charge in stage.charges where charge.rawValue > 0 {
            guard let told = try await ledger.explain(charge) else { throw Failed(description: "no charge \(charge)") }
            let paid = told.payments.reduce(0) { $0 + $1.credits.rawValue }
            try law(paid == told.cost.rawValue, "the figures of an explanation add up", told)
        }
        let report = try await ledger.audit()
        try law(report.isClean, "the books are right", report.differences)
        try await checkReplay(ledger)
        try await checkRefusal(balance, gate)
    }

    /// The order of refusals is their time, so a clock that stepped back can put them in the wrong place. A free call
    /// that was let through, past its limits, isn't recorded as such; and another one counts in a replay when it was
    /// charged, after the outage.
    private func checkReplay(_ ledger: SQLiteLedger) async throws {
        if scenario.isLetThrough, scenario.price == .free || scenario.clock == .periodEnds { return }
        let policies = stage.policies
        let replay = try await ledger.replay(
            Timestamp(rawValue: .min)..<Timestamp.never, version: "",
            warmUpMilliseconds: 0, under: { policies[$0] })
        let differences = replay.examples.filter { scenario.clock != .stepsBack || $0.before != "refused" }
        try law(differences.isEmpty, "under the policies in force, calls have the recorded result", differences)
    }

    /// The day for late refunds begins with the first one. A call that fails shortly before its end holds and refunds
    /// some of these credits, and doesn't extend the day.
    private func netAfterGrace(_ gate: Gate) async throws -> Int64 {
        let hour: Int64 = 3_600_000
        if scenario.crossesPeriod {
            stage.clock.advance(milliseconds: 19 * hour)
            _ = try await refusalByLimit(gate)
            stage.clock.advance(milliseconds: 6 * hour)
        } else {
            stage.clock.advance(milliseconds: hour)
        }
        let balance = try await gate.balance(of: account)
        return balance.remaining.rawValue - balance.debt.rawValue
    }

    private func law(_ holds: Bool, _ sentence: String, _ what: Any) throws {
        if !holds { throw Failed(description: "\(sentence): \(what)") }
    }

    /// The count of the latest request's limit in its window, read by a call that is always refused.
    private func countedByLimit(in ledger: SQLiteLedger) async throws -> Int64? {
        guard var request = stage.request, let limit = request.terms.limits.first else { return nil }
        let probe = LimitCheck(
            name: limit.name, counter: limit.counter, scope: limit.scope, max: 0, window: limit.window, givesBack: false
        )
        request.terms = request.terms.limited(by: [probe])
        (request.cost, request.key, request.assumedPlan) = (0, nil, nil)
        guard case .refused(.limit(_, _, let used, _)) = try await ledger.charge(request, at: stage.clock.now) else {
            throw Failed(description: "a limit of 0 let a call through")
        }
        return used
    }

    /// A refused call that is repeated at `retryAt`, with nothing else in between, passes, and it doesn't pass earlier.
    /// A refusal without a time doesn't pass a year later either.
    private func checkRefusal(_ balance: AccountBalance, _ gate: Gate) async throws {
        guard let (limit, retryAt) = try await refusalByLimit(gate) else { return }
        guard let retryAt else {
            stage.clock.advance(milliseconds: 365 * 86_400_000)
            let later = try await refusalByLimit(gate)
            return try law(later != nil && later?.retryAt == nil, "a call that can never fit never passes", limit)
        }
        stage.turnClock(to: retryAt.advanced(byMilliseconds: -1))
        try law(try await refusalByLimit(gate) != nil, "a limit lets nobody through before the time it told", retryAt)
        stage.turnClock(to: retryAt)
        try law(try await refusalByLimit(gate) == nil, "a refused call that comes back at retryAt passes", retryAt)
    }

    /// A call without a key whose handler throws: it leaves no trace.
    private func refusalByLimit(_ gate: Gate) async throws -> (limit: Policy.Limit, retryAt: Timestamp?)? {
        do {
            try await gate.run("act", for: account, member: "mia", attributes: ["model": "draft"]) { _ in
                throw HandlerFailed()
            }
        } catch let refusal as Refusal {
            if case .limit(let limit, _, let retryAt) = refusal.reason { return (limit, retryAt) }
        } catch is HandlerFailed {
        }
        return nil
    }
}
