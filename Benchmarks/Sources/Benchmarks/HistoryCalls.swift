import Faregate
import FaregateSQLite
import Synchronization
import Workload

/// What things cost on a ledger with a past.
final class HistoryCalls: Sendable {
    let ledger: Ledger
    private let gate: Gate
    private let past: Past
    /// Calls that were charged, those of the past among them.
    private let charged: Atomic<Int>
    private let turns = Atomic(0)
    /// Where the next page of history begins.
    private let place = Mutex<(cursor: History.Cursor?, pages: Int)>((nil, 0))

    var calls: Int { charged.load(ordering: .relaxed) }

    init(ledger: Ledger, past: Past) throws {
        self.ledger = ledger
        self.past = past
        gate = Gate(ledger: ledger, policies: try Policy(parsing: GatedCalls.policy))
        charged = Atomic(2 * past.size)
    }

    /// In microseconds: the median of what one caller waits, or the time of a crowd over all its calls.
    func measure(_ cost: HistoryCost, seconds: Double) async throws -> Double {
        guard cost.callers == 1 else {
            let rate = try await crowd(of: cost.callers, seconds: seconds) { [self] _, _ in try await turn(cost) }
            return 1e6 / rate.perSecond
        }
        let wait: @Sendable () async throws -> [Double] = { [self] in
            try await waits(seconds: seconds) { _ in try await turn(cost) }
        }
        // From within a call where open charges are looked for, so that there is one.
        let times =
            cost == .openCharges
            ? try await charge("generate", for: past.order[0]) { _ in try await wait() }
            : try await wait()
        return median(times) ?? 0
    }

    private func turn(_ cost: HistoryCost) async throws {
        let number = turns.add(1, ordering: .relaxed).oldValue
        let (account, old) = (past.order[number % past.order.count], past.calls[number % past.calls.count])
        let now = SystemClock().now
        switch cost {
        case .call: try await charge("generate", for: account)
        case .rolling: try await charge("rolling-day", for: Past.roller)
        case .keyed: try await charge("generate", for: account, key: try IdempotencyKey("new-\(number)"))
        case .repeated: try await refuse("generate", for: old.account, key: old.key)
        case .refusal: try await refuse("dear", for: account)
        case .balance: check(try await gate.balance(of: account).remaining > 0)
        case .page: try await turnPage()
        case .recover: check(try await ledger.recover(at: now).isEmpty)
        case .openCharges: check(try await !ledger.openCharges(at: now).isEmpty)
        case .explanation: check(try await gate.explain(old.charge)?.account == old.account)
        }
    }

    @discardableResult
    private func charge<Value: Sendable>(
        _ action: String,
        for account: AccountID,
        key: IdempotencyKey? = nil,
        _ handler: @escaping @Sendable (GatedCall) async throws -> Value = { _ in }
    ) async throws -> Value {
        let value = try await gate.run(action, for: account, key: key, operation: handler)
        charged.add(1, ordering: .relaxed)
        return value
    }

    private func refuse(_ action: String, for account: AccountID, key: IdempotencyKey? = nil) async throws {
        do {
            try await gate.run(action, for: account, key: key) { _ in }
            fatalError("a call was let through that must be refused")
        } catch let refusal as Refusal {
            switch refusal.reason {
            case .insufficientCredits where key == nil, .keyCompleted where key != nil: return
            default: throw refusal
            }
        }
    }

    /// The newest pages of the account that has all the rolling hits, as many as the shortest history is sure to have.
    private func turnPage() async throws {
        let (cursor, pages) = place.withLock { $0 }
        let page = try await gate.history(of: Past.roller, after: cursor, count: 50)
        check(page.entries.count == 50)
        let isLast = page.next == nil || pages + 1 >= min(100, past.size / 50)
        place.withLock { $0 = isLast ? (nil, 0) : (page.next, pages + 1) }
    }

    private func check(_ isRight: Bool) {
        guard isRight else { fatalError("a ledger with a past gives a wrong answer") }
    }
}
