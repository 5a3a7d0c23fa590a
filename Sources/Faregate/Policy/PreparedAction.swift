/// The parts shared by all quotes of an action to which the same limits apply.
final class PreparedAction: Sendable {
    let name: String
    let was: [String]
    /// The limits that count the calls.
    let limits: [Policy.Limit]
    /// The weaker of the modes of the action and the whole policy.
    let mode: Policy.Mode
    let overrun: Policy.Overrun
    let outage: Policy.Outage
    let isKeyRequired: Bool
    let timeoutMilliseconds: Int64?
    let settings: PolicySettings
    /// The action's first name. Its counters and keys use it, so that they survive a rename.
    let firstName: String
    /// The name of each limit's counter.
    private let counters: [String]
    /// Whether every call adds the same amounts to the limits.
    let countsCalls: Bool

    /// - Parameter limits: those of the action's limits that count the calls.
    init(_ action: Policy.Action, _ limits: [Policy.Limit], _ settings: PolicySettings) {
        let mode = min(settings.mode, action.mode)
        (name, was) = (action.name, action.was)
        self.limits = limits
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

    /// Returns the limit checks of a call.
    ///
    /// - Returns: the checks, and the time in which they are valid for calls that add the same amounts: while all
    ///   calendar windows last.
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
