/// What the policy files say: the price of every action, its limits, the plans and the packs.
///
/// A policy is a value that never changes. An edit of the files makes a new one; charges that are open
/// keep the price of the one that made them.
public struct Policy: Sendable {
    /// A short hash of what the files mean: comments, white space and the order of keys don't change it.
    public let version: String
    public let calendar: WindowCalendar
    public let actions: [String: Action]
    public let plans: [String: Plan]
    /// The plan of an account that is seen for the first time.
    public let defaultPlan: Plan?
    public let packs: [String: Pack]
    /// Below it a user interface offers to buy more.
    public let lowBalance: Credits
    /// How long credits stay spendable that are refunded into a grant which expired meanwhile, in milliseconds.
    public let refundGraceMilliseconds: Int64
    /// How much an account may owe where an action's overrun is a debt.
    public let debtLimit: Credits
    /// Of all actions: in shadow mode nobody is charged or refused.
    public let mode: Mode
    /// The plans, as ledgers take them along with every charge.
    public let planBook: PlanBook

    package init(
        version: String,
        calendar: WindowCalendar,
        actions: [String: Action],
        plans: [String: Plan] = [:],
        defaultPlan: Plan? = nil,
        packs: [String: Pack] = [:],
        lowBalance: Credits = 0,
        refundGraceMilliseconds: Int64 = Policy.defaultRefundGraceMilliseconds,
        debtLimit: Credits = 0,
        mode: Mode = .enforce
    ) {
        self.version = version
        self.calendar = calendar
        self.actions = actions
        self.plans = plans
        self.defaultPlan = defaultPlan
        self.packs = packs
        self.lowBalance = lowBalance
        self.refundGraceMilliseconds = refundGraceMilliseconds
        self.debtLimit = debtLimit
        self.mode = mode
        planBook = PlanBook(plans: plans, defaultPlan: defaultPlan, calendar: calendar)
    }

    package static let defaultRefundGraceMilliseconds: Int64 = 24 * 60 * 60 * 1000
}

/// Where the policy in force comes from: a fixed ``Policy``, or a ``PolicyWatcher`` that follows the files.
public protocol PolicySource: Sendable {
    /// The policy in force now. Called for every quote, so it must be fast.
    var policy: Policy { get }
}

extension Policy: PolicySource {
    public var policy: Policy { self }
}

/// A place in a policy file.
public struct SourceLocation: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The file as it was named to the loader.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column, from 1, counted in Unicode scalars.
    public let column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String { "\(file):\(line):\(column)" }
}

/// A named feature that the policy prices.
public struct Action: Sendable {
    public let name: String
    /// What people call it; the name where the policy gives no title.
    public let title: String
    /// The price when no rule matches.
    public let cost: Cost
    /// The first that matches sets the price.
    public let rules: [PriceRule]
    /// Those that are not off.
    public let limits: [Limit]
    /// Whether a rule is in shadow mode: few are.
    let hasShadows: Bool
    /// What a call is taken to use until its real use is known.
    public let hold: Units
    public let overrun: Overrun
    public let outage: Outage
    /// In shadow mode calls are charged nothing and never refused; off, they are not looked at.
    public let mode: Mode
    /// How long a call may take before it is cancelled and refunded, in milliseconds; nil for no end.
    public let timeoutMilliseconds: Int64?
    /// Where the price stands in the files.
    public let location: SourceLocation

    package init(
        name: String,
        title: String? = nil,
        cost: Cost,
        rules: [PriceRule] = [],
        limits: [Limit] = [],
        hold: Units = [:],
        overrun: Overrun = .cap,
        outage: Outage = .deny,
        mode: Mode = .enforce,
        timeoutMilliseconds: Int64? = nil,
        location: SourceLocation
    ) {
        self.name = name
        self.title = title ?? name
        self.cost = cost
        self.rules = rules
        self.limits = limits.filter { $0.mode != .off }
        hasShadows = rules.contains { $0.mode == .shadow }
        self.hold = hold
        self.overrun = overrun
        self.outage = outage
        self.mode = mode
        self.timeoutMilliseconds = timeoutMilliseconds
        self.location = location
    }
}

/// Another price for calls whose attributes meet every condition.
public struct PriceRule: Sendable {
    public let conditions: [Condition]
    public let cost: Cost
    /// In shadow mode a rule that matches is recorded, and the next one that matches sets the price.
    public let mode: Mode
    public let location: SourceLocation

    package init(conditions: [Condition], cost: Cost, mode: Mode = .enforce, location: SourceLocation) {
        self.conditions = conditions
        self.cost = cost
        self.mode = mode
        self.location = location
    }

    func matches(_ attributes: Attributes) -> Bool {
        conditions.allSatisfy { $0.holds(for: attributes) }
    }
}
