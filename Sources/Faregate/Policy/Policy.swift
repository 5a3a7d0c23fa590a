/// What the policy files say: the price of every action, its limits, the plans and the packs.
///
/// A policy is a value that never changes. An edit of the files makes a new one; charges that are open
/// keep the price of the one that made them.
public struct Policy: Sendable {
    private struct Content: Sendable {
        let settings: PolicySettings
        let actions: [String: Policy.Action]
        let plans: [String: Policy.Plan]
        let defaultPlan: Policy.Plan?
        let packs: [String: Policy.Pack]
        let quotes: [String: PreparedQuotes]
    }

    /// Every call is handed the policy.
    private let content: Shared<Content>

    package init(
        version: String,
        calendar: WindowCalendar,
        actions: [String: Policy.Action],
        plans: [String: Policy.Plan] = [:],
        defaultPlan: Policy.Plan? = nil,
        packs: [String: Policy.Pack] = [:],
        lowBalance: Credits = 0,
        refundGraceMilliseconds: Int64 = Policy.defaultRefundGraceMilliseconds,
        debtLimit: Credits = 0,
        mode: Policy.Mode = .enforce
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
    package var calendar: WindowCalendar { settings.calendar }
    /// By the name that each has now.
    public var actions: [String: Policy.Action] { content.value.actions }
    /// The action of that name, or the one that was called so before.
    public func action(named name: String) -> Policy.Action? { quotes[name]?.action }
    /// By the name that each has now; an account may be on one under a name that it had before.
    public var plans: [String: Policy.Plan] { content.value.plans }
    /// The plan of an account that is seen for the first time.
    public var defaultPlan: Policy.Plan? { content.value.defaultPlan }
    public var packs: [String: Policy.Pack] { content.value.packs }
    /// Below it a user interface offers to buy more.
    public var lowBalance: Credits { settings.lowBalance }
    /// How long credits stay spendable that are refunded into a grant which expired meanwhile.
    public var refundGrace: Duration { .milliseconds(refundGraceMilliseconds) }
    package var refundGraceMilliseconds: Int64 { settings.refundGraceMilliseconds }
    /// How much an account may owe for calls that used more than they held, where their action allows it.
    public var debtLimit: Credits { settings.debtLimit }
    /// Of every action: one of its own counts where it is weaker.
    public var mode: Policy.Mode { settings.mode }
    /// The plans, as ledgers take them along with every charge.
    package var planBook: PlanBook { settings.planBook }
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
    let mode: Policy.Mode
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
