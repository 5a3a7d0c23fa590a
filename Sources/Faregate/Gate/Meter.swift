/// Adds up what a call uses, and extends its hold as it goes.
final class Meter: Sendable {
    private struct State {
        var reported: Units = [:]
        var held: Credits
        var isDry = false
        var hasStarted = false
        /// Few calls have one.
        var letThrough: Shared<LetThrough>?
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
    /// The handler is about to run.
    func start() { state.withLock { $0.hasStarted = true } }

    /// Whether a call that failed is charged all the same, where its caller asked for that: when it reported a use above
    /// zero, or was cancelled under a fixed price; never when its handler didn't start.
    func keepsPrice(after reason: RefundReason) -> Bool {
        let (hasStarted, isMetered) = state.withLock { ($0.hasStarted, $0.reported.values.contains { $0 > 0 }) }
        return hasStarted && (isMetered || reason == .cancelled && quote.price.isFixed)
    }

    /// Notes what the call would have been charged by, had the ledger been in reach.
    func letThrough(_ call: LetThrough) { state.withLock { $0.letThrough = Shared(call) } }

    /// What was noted, once; nil for a call that was charged.
    func takeLetThrough() -> LetThrough? { state.withLock { $0.letThrough.take() }?.value }

    func report(_ units: Units) async throws -> Metering {
        let (cost, missing) = try add(units)
        if missing > 0 { try await extend(by: missing) }
        return state.withLock { Metering(cost: cost, held: $0.held, isDry: $0.isDry && cost > $0.held) }
    }

    /// How a call that succeeded is closed: at what was reported, or as it was quoted where nothing was. A unit that was
    /// never reported counts as it was quoted.
    func settlement(result: [UInt8]?) -> Settlement {
        let reported = reported
        guard reported.isEmpty else { return settlement(of: quote.units.merging(reported) { $1 }, result: result) }
        return Settlement(overrun: quote.overrun, debtLimit: quote.debtLimit, result: result)
    }

    /// How a call that failed is closed where it isn't refunded: at what was reported, and nothing that was quoted.
    var failureSettlement: Settlement { settlement(of: reported, result: nil) }

    /// In shadow mode nothing is taken, but limits count what they would if they were enforced.
    private func settlement(of used: Units, result: [UInt8]?) -> Settlement {
        var settlement = Settlement(overrun: quote.overrun, debtLimit: quote.debtLimit, result: result)
        // Each report was priced when it came.
        let cost = (try? quote.price.credits(for: used)) ?? .max
        if quote.mode == .enforce { settlement.cost = cost }
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
