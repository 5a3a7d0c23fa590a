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
    /// How much an account may owe for calls that used more than they held, where their action allows it.
    public let debtLimit: Credits
    /// Of every action: one of its own counts where it is weaker.
    public let mode: Mode
    /// The plans, as ledgers take them along with every charge.
    public let planBook: PlanBook
    /// What price rules may ask for where a call says nothing: its plan.
    let attributes: Attributes
    /// What calls are quoted, worked out once.
    let quotes: [String: PreparedQuotes]

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
        attributes = defaultPlan.map { ["plan": .string($0.name)] } ?? [:]
        quotes = actions.mapValues { action in
            PreparedQuotes(action, mode: mode, debtLimit: debtLimit, calendar: calendar, policyVersion: version)
        }
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
