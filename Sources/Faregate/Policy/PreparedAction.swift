/// What all quotes of an action have in common, shared by them.
final class PreparedAction: Sendable {
    /// The limits in the form in which a ledger checks them.
    private struct Checks {
        let list: [LimitCheck]
        /// While all calendar windows last.
        let valid: Range<Timestamp>
    }

    let name: String
    /// Without those that are off.
    let limits: [Limit]
    /// Of the action and the whole policy together: the weaker one.
    let mode: Mode
    let overrun: Overrun
    let debtLimit: Credits
    let outage: Outage
    let timeoutMilliseconds: Int64?
    let policyVersion: String
    /// The name of each limit's counter.
    private let counters: [String]
    /// Whether every call counts the same.
    private let countsCalls: Bool
    private let calendar: WindowCalendar
    /// Those of the latest call.
    private let latest = Mutex(Checks(list: [], valid: Timestamp(rawValue: 0)..<Timestamp(rawValue: 0)))

    init(_ action: Action, mode: Mode, debtLimit: Credits, calendar: WindowCalendar, policyVersion: String) {
        let mode = min(mode, action.mode)
        name = action.name
        limits = action.limits.map { $0.weakened(to: mode) }.filter { $0.mode != .off }
        counters = limits.map { $0.counter(in: action.name) }
        countsCalls = limits.allSatisfy { $0.count == .calls }
        overrun = action.overrun
        outage = action.outage
        timeoutMilliseconds = action.timeoutMilliseconds
        self.mode = mode
        self.debtLimit = debtLimit
        self.calendar = calendar
        self.policyVersion = policyVersion
    }

    /// The limits as they stand for a call. They are made for the first one in a window; those after it find them, since
    /// most count what the call before has counted.
    func checks(of quote: Quote, at now: Timestamp) -> [LimitCheck] {
        guard !limits.isEmpty else { return [] }
        return latest.withLock { latest in
            let isKnown = latest.valid.contains(now) && (countsCalls || counts(the: quote, in: latest.list))
            if !isKnown { latest = make(of: quote, at: now) }
            return latest.list
        }
    }

    private func counts(the quote: Quote, in checks: [LimitCheck]) -> Bool {
        zip(limits, checks).allSatisfy { quote.amount(countedBy: $0) == $1.amount }
    }

    private func make(of quote: Quote, at now: Timestamp) -> Checks {
        var valid = Timestamp(rawValue: .min)..<Timestamp(rawValue: .max)
        let list = zip(limits, counters).map { limit, counter in
            let window: LimitCheck.Window
            switch limit.window {
            case .per(let unit):
                let range = calendar.window(unit, containing: now)
                window = .calendar(from: range.lowerBound, until: range.upperBound)
                valid = valid.clamped(to: range)
            case .within(let milliseconds):
                window = .rolling(milliseconds: milliseconds)
            }
            return LimitCheck(
                name: limit.name,
                counter: counter,
                scope: limit.scope,
                max: limit.max,
                amount: quote.amount(countedBy: limit),
                window: window,
                givesBack: limit.givesBack,
                isEnforced: limit.mode == .enforce && mode == .enforce
            )
        }
        return Checks(list: list, valid: valid)
    }
}

extension Limit {
    /// Names the limit in the whole ledger.
    func counter(in action: String) -> String { "\(action)/\(counterName)" }

    /// What a call counts for the limit that costs and uses so much.
    func amount(credits: Credits, units: Units) -> Int64 {
        switch count {
        case .calls: 1
        case .credits: credits.rawValue
        case .unit(let name): units[name] ?? 0
        }
    }
}
