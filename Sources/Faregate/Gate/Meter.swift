/// Adds up what a call uses, and extends its hold as it goes.
final class Meter: Sendable {
    private struct State {
        var reported: Units = [:]
        var held: Credits
        var isDry = false
        /// Few calls have one.
        var letThrough: Shared<ChargeRequest>?
    }

    let account: AccountID
    let member: MemberID?
    let quote: Quote
    private let charge: ChargeID
    private let gate: Gate
    private let state: Mutex<State>

    init(_ charge: ChargeID, of call: Call, quote: Quote, gate: Gate) {
        self.charge = charge
        account = call.account
        member = call.member
        self.quote = quote
        self.gate = gate
        state = Mutex(State(held: quote.costTaken))
    }

    var reported: Units { state.withLock { $0.reported } }
    /// Reports of nothing don't make a failed call worth anything.
    var isMetered: Bool { state.withLock { $0.reported.values.contains { $0 > 0 } } }

    var isFixed: Bool { quote.price.isFixed }

    /// Notes what the call would have been charged by, had the ledger been in reach.
    func letThrough(_ request: ChargeRequest) { state.withLock { $0.letThrough = Shared(request) } }

    /// What was noted, once; nil for a call that was charged.
    func takeLetThrough() -> ChargeRequest? { state.withLock { $0.letThrough.take() }?.value }

    func report(_ units: Units) async throws -> Metering {
        let (cost, missing) = try add(units)
        if missing > 0 { try await extend(by: missing) }
        return state.withLock { Metering(cost: cost, held: $0.held, isDry: $0.isDry && cost > $0.held) }
    }

    /// How the charge is to be closed: at what was reported, or as it was quoted where nothing was.
    func settlement(result: [UInt8]?) -> Settlement {
        var settlement = Settlement(overrun: quote.overrun, debtLimit: quote.debtLimit, result: result)
        let reported = reported
        guard !reported.isEmpty, quote.mode == .enforce else { return settlement }
        let used = quote.units.merging(reported) { $1 }
        // Each report was priced when it came.
        let cost = (try? quote.price.credits(for: used)) ?? .max
        settlement.cost = cost
        for limit in quote.limits where limit.count != .calls {
            settlement.counted[quote.counter(of: limit)] = limit.amount(credits: cost, units: used)
        }
        return settlement
    }

    private func add(_ units: Units) throws(InvalidInput) -> (cost: Credits, missing: Int64) {
        let quote = quote
        return try state.withLock { (state) throws(InvalidInput) in
            var reported = state.reported
            for (unit, amount) in units {
                guard amount >= 0 else { throw InvalidInput("a call can't use \(amount) \(unit): less than nothing") }
                let (sum, overflow) = reported[unit, default: 0].addingReportingOverflow(amount)
                guard !overflow else { throw InvalidInput("a call can't use that many \(unit)") }
                reported[unit] = sum
            }
            let cost = try quote.price.credits(for: quote.units.merging(reported) { $1 })
            state.reported = reported
            guard quote.mode == .enforce, charge.rawValue > 0, !state.isDry, cost > state.held else { return (cost, 0) }
            return (cost, cost.rawValue - state.held.rawValue)
        }
    }

    /// By as much as was quoted at least, so that a stream of small reports doesn't write each of them; where the account
    /// hasn't that much, by what it has.
    private func extend(by missing: Int64) async throws(LedgerError) {
        let step = Credits(rawValue: max(missing, min(quote.cost.rawValue, 1_000_000))) ?? .max
        let plans = gate.policy.planBook
        let now = gate.clock.now
        guard let more = try await gate.ledger.extend(charge, by: step, under: plans, at: now) else { return }
        state.withLock { state in
            state.held = max(state.held, more.held)
            if more.taken < step { state.isDry = true }
        }
        gate.look(at: more.drawdown, of: account)
    }
}
