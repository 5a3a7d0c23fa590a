import Faregate

/// Searches for an order of one account's calls in which the model gives the ledger's answers. A call that ended before
/// another began comes first.
///
/// [Wing and Gong 1993](https://doi.org/10.1006/jpdc.1993.1015), with Lowe's memory of visited states
/// ([2017](https://doi.org/10.1002/cpe.3928)): states with the same calls made and the same facts are tried only once.
struct OrderSearch {
    /// Sorted by their beginning.
    private let calls: [RecordedCall]
    private let account: AccountID
    /// Whether each call must be in the order. The others may have no effect yet, or none ever.
    private let isRequired: [Bool]
    private let ends: [UInt64]
    /// The latest moment at which each call can have taken effect if numbers ascend. The call with the earliest such
    /// moment is tried first.
    private let effects: [UInt64]
    /// The call whose possible answers are collected; it is never put into the order.
    private let asked: RecordedCall?

    /// The calls made so far, and the model's facts after them.
    private struct State {
        var made: [UInt64]
        var missing: Int
        /// All calls before this index are made.
        var first = 0
        var model: OrderModel
        var facts: [Int64]

        func hasMade(_ index: Int) -> Bool { made[index / 64] & (1 << (index % 64)) != 0 }
    }

    private struct Tried: Hashable {
        let made: [UInt64]
        let facts: [Int64]
    }

    /// - Parameters:
    ///   - calls: the calls of one account.
    ///   - end: the calls that ended by this moment must be in the order; nil if all calls must be.
    ///   - asked: the call whose possible answers are collected, if any.
    init(_ calls: [RecordedCall], until end: UInt64? = nil, asking asked: RecordedCall? = nil) {
        let end = end ?? .max
        self.calls = calls.filter { $0.beganNanoseconds <= end && !$0.isWithoutEffect }
            .sorted { $0.beganNanoseconds < $1.beganNanoseconds }
        isRequired = self.calls.map { call in
            let isLostWithoutTrace = call.isLost && call.answer.charge == nil
            return call.endedNanoseconds <= end && call != asked && !isLostWithoutTrace
        }
        ends = self.calls.map(\.endedNanoseconds)
        effects = OrderSearch.effects(of: self.calls)
        account = calls.first?.account ?? "nobody"
        self.asked = asked
    }

    /// Whether there is such an order.
    ///
    /// A ledger usually numbers charges and grants in the order in which they take effect. The few orders in which the
    /// numbers ascend are therefore tried first, and all other orders only if none of those fits.
    func succeeds() -> Bool {
        var answers: Set<LedgerAnswer> = []
        return search(withAscendingNumbers: true, collecting: &answers) || search(collecting: &answers)
    }

    /// The possible answers of the asked call, in all orders of the others.
    func answers() -> Set<LedgerAnswer> {
        var answers: Set<LedgerAnswer> = []
        _ = search(collecting: &answers)
        return answers
    }

    /// Ends at the first order with all required calls, unless answers are collected.
    private func search(
        withAscendingNumbers isAscending: Bool = false, collecting answers: inout Set<LedgerAnswer>
    ) -> Bool {
        var stack = [start]
        var tried: Set<Tried> = []
        while var state = stack.popLast() {
            makeReads(&state)
            if state.missing == 0, asked == nil { return true }
            guard tried.insert(Tried(made: state.made, facts: state.facts)).inserted else { continue }
            // The call that probably took effect first is tried first, so it is pushed last.
            let next = candidates(after: state, withAscendingNumbers: isAscending)
                .sorted { effects[$0] > effects[$1] }
            for index in next {
                if calls[index] == asked {
                    var model = state.model
                    answers.insert(model.perform(calls[index]))
                } else if let following = make(index, after: state) {
                    stack.append(following)
                }
            }
        }
        return false
    }

    /// A call took effect before it ended. If numbers ascend, a charge or grant was also made before any higher number
    /// was reported.
    private static func effects(of calls: [RecordedCall]) -> [UInt64] {
        var effects = calls.map(\.endedNanoseconds)
        for numbers in [calls.map { $0.made?.rawValue }, calls.map { $0.given?.rawValue }] {
            var earliest = UInt64.max
            let numbered = calls.indices.filter { numbers[$0] != nil }
            for index in numbered.sorted(by: { numbers[$0] ?? 0 > numbers[$1] ?? 0 }) {
                earliest = min(earliest, effects[index]) - 1
                effects[index] = earliest
            }
        }
        return effects
    }

    private var start: State {
        State(
            made: Array(repeating: 0, count: calls.count / 64 + 1),
            missing: isRequired.count { $0 },
            model: OrderModel(),
            facts: []
        )
    }

    /// The candidates that made no charge or grant, or the one with the lowest number of all remaining calls.
    private func candidates(after state: State, withAscendingNumbers isAscending: Bool) -> [Int] {
        guard isAscending else { return candidates(after: state, ends: ends) }
        var charge = ChargeID(rawValue: .max)
        var grant = GrantID(rawValue: .max)
        for index in state.first..<calls.count where !state.hasMade(index) {
            if let made = calls[index].made, made.rawValue < charge.rawValue { charge = made }
            if let given = calls[index].given, given.rawValue < grant.rawValue { grant = given }
        }
        return candidates(after: state, ends: effects).filter { index in
            calls[index].made.map { $0 == charge } ?? true && calls[index].given.map { $0 == grant } ?? true
        }
    }

    /// The calls that may come next: those that began before any remaining call ended.
    ///
    /// - Parameter ends: the latest moment at which each call can have taken effect.
    private func candidates(after state: State, ends: [UInt64]) -> [Int] {
        var end = UInt64.max
        var candidates: [Int] = []
        for index in state.first..<calls.count where !state.hasMade(index) {
            if calls[index].beganNanoseconds > end { break }
            candidates.append(index)
            end = min(end, ends[index])
        }
        return candidates.filter { calls[$0].beganNanoseconds <= end }
    }

    /// Nil if the model's answer differs from the ledger's.
    private func make(_ index: Int, after state: State) -> State? {
        var state = state
        guard calls[index].fits(state.model.perform(calls[index])) else { return nil }
        state.made[index / 64] |= 1 << (index % 64)
        if isRequired[index] { state.missing -= 1 }
        while state.first < calls.count, state.hasMade(state.first) { state.first += 1 }
        state.facts = state.model.facts(of: account)
        return state
    }

    /// A read of a balance that agrees with the model can be placed at once: if there is any order, there is one with
    /// the read here. A refused call can't be placed in this way, because it refreshes the account, which may change
    /// later answers.
    private func makeReads(_ state: inout State) {
        var hasMade = true
        while hasMade {
            hasMade = false
            for index in candidates(after: state, ends: ends)
            where calls[index].act == .balance && calls[index] != asked {
                if let following = make(index, after: state) {
                    state = following
                    hasMade = true
                }
            }
        }
    }
}
