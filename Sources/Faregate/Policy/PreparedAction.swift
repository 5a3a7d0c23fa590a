/// What all quotes of an action have in common, shared by them.
final class PreparedAction: Sendable {
    let name: String
    /// Without those that are off.
    let limits: [Policy.Limit]
    /// Of the action and the whole policy together: the weaker one.
    let mode: Policy.Mode
    let overrun: Policy.Overrun
    let outage: Policy.Outage
    let isKeyRequired: Bool
    let timeoutMilliseconds: Int64?
    let settings: PolicySettings
    /// The action's first name: its counters and keys go by it, and go on when the action is renamed.
    let firstName: String
    /// The name of each limit's counter.
    private let counters: [String]
    /// Whether every call counts the same.
    let countsCalls: Bool

    init(_ action: Policy.Action, _ settings: PolicySettings) {
        let mode = min(settings.mode, action.mode)
        name = action.name
        limits = action.limits.map { $0.weakened(to: mode) }.filter { $0.mode != .off }
        let firstName = action.firstName
        counters = limits.map { $0.counter(in: firstName) }
        self.firstName = firstName
        countsCalls = limits.allSatisfy { $0.count == .calls }
        overrun = action.overrun
        outage = action.outage
        isKeyRequired = action.key == .required
        timeoutMilliseconds = action.timeoutMilliseconds
        self.mode = mode
        self.settings = settings
    }

    /// The limits as they stand for a call.
    ///
    /// - Returns: them, and how long they stand so for calls that count the same: while all calendar windows last.
    func checks(of quote: Quote, at now: Timestamp) -> ([LimitCheck], valid: Range<Timestamp>) {
        var valid = Timestamp(rawValue: .min)..<Timestamp(rawValue: .max)
        let checks = zip(limits, counters).map { limit, counter in
            let window: LimitCheck.Window
            switch limit.window {
            case .per(let unit):
                let range = settings.calendar.window(unit, containing: now)
                window = .calendar(from: range.lowerBound, until: range.upperBound)
                valid = valid.clamped(to: range)
            case .within(let duration):
                window = .rolling(milliseconds: duration.milliseconds)
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
        return (checks, valid)
    }
}
