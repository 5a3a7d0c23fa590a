/// What the policy files say: the price of every action, its limits, the plans and the packs.
///
/// A policy is a value that never changes. An edit of the files makes a new one; charges that are open
/// keep the price of the one that made them.
public struct Policy: Sendable {
    private struct Content: Sendable {
        let settings: PolicySettings
        let actions: [String: Action]
        let plans: [String: Plan]
        let defaultPlan: Plan?
        let packs: [String: Pack]
        let quotes: [String: PreparedQuotes]
    }

    /// Every call is handed the policy.
    private let content: Shared<Content>

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
        let settings = PolicySettings(
            version: version,
            calendar: calendar,
            lowBalance: lowBalance,
            refundGraceMilliseconds: refundGraceMilliseconds,
            debtLimit: debtLimit,
            mode: mode,
            planBook: PlanBook(plans: plans, defaultPlan: defaultPlan, calendar: calendar)
        )
        content = Shared(
            Content(
                settings: settings,
                actions: actions,
                plans: plans,
                defaultPlan: defaultPlan,
                packs: packs,
                quotes: byEveryName(actions.mapValues { PreparedQuotes($0, settings) }, was: \.action.was)
            )
        )
    }

    private var settings: PolicySettings { content.value.settings }

    /// A short hash of what the files mean: comments, white space and the order of keys don't change it.
    public var version: String { settings.version }
    public var calendar: WindowCalendar { settings.calendar }
    /// By the name that each has now.
    public var actions: [String: Action] { content.value.actions }
    /// The action of that name, or the one that was called so before.
    public func action(named name: String) -> Action? { quotes[name]?.action }
    /// By the name that each has now; ``planBook`` also knows their old names.
    public var plans: [String: Plan] { content.value.plans }
    /// The plan of an account that is seen for the first time.
    public var defaultPlan: Plan? { content.value.defaultPlan }
    public var packs: [String: Pack] { content.value.packs }
    /// Below it a user interface offers to buy more.
    public var lowBalance: Credits { settings.lowBalance }
    /// How long credits stay spendable that are refunded into a grant which expired meanwhile.
    public var refundGrace: Duration { .milliseconds(refundGraceMilliseconds) }
    package var refundGraceMilliseconds: Int64 { settings.refundGraceMilliseconds }
    /// How much an account may owe for calls that used more than they held, where their action allows it.
    public var debtLimit: Credits { settings.debtLimit }
    /// Of every action: one of its own counts where it is weaker.
    public var mode: Mode { settings.mode }
    /// The plans, as ledgers take them along with every charge.
    public var planBook: PlanBook { settings.planBook }
    /// What calls are quoted, worked out once.
    var quotes: [String: PreparedQuotes] { content.value.quotes }

    package static let defaultRefundGraceMilliseconds: Int64 = 24 * 60 * 60 * 1000
}

/// What a policy says of all its actions.
struct PolicySettings: Sendable {
    let version: String
    let calendar: WindowCalendar
    let lowBalance: Credits
    let refundGraceMilliseconds: Int64
    let debtLimit: Credits
    let mode: Mode
    let planBook: PlanBook
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
