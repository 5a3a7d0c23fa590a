/// The content of the policy files: the price and limits of every action, the plans and the packs.
///
/// A policy is an immutable value. An edit of the files makes a new policy; open charges keep the price of the policy
/// that they were made under.
public struct Policy: Sendable {
    private struct Content: Sendable {
        let settings: PolicySettings
        let actions: [String: Policy.Action]
        let plans: [String: Policy.Plan]
        let defaultPlan: Policy.Plan?
        let packs: [String: Policy.Pack]
        let priceList: PriceList
        let quotes: [String: PreparedQuotes]
        var changes: [Policy.Change] = []
        var files: [Policy.FileText] = []
    }

    /// Boxed, because every call copies the policy.
    private let content: Shared<Content>

    package init(
        version: String,
        calendar: WindowCalendar,
        actions: [String: Policy.Action],
        plans: [String: Policy.Plan] = [:],
        defaultPlan: Policy.Plan? = nil,
        packs: [String: Policy.Pack] = [:],
        priceList: PriceList = PriceList(),
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
                priceList: priceList,
                quotes: byEveryName(actions.mapValues { PreparedQuotes($0, settings) }, was: \.action.was)
            )
        )
    }

    /// Returns the same policy with the texts of the files that it was read from, also for its announced changes.
    package func read(from files: [FileText]) -> Policy {
        // Each change's policy contains the later changes, so they are removed first and then added again.
        alone(with: files).announcing(changes.map { ($0.from, $0.policy.alone(with: files)) })
    }

    private func alone(with files: [FileText]) -> Policy {
        var content = content.value
        content.files = files
        content.changes = []
        return Policy(content)
    }

    private init(_ content: Content) {
        self.content = Shared(content)
    }

    /// Returns the same policy with announced changes.
    ///
    /// - Parameter changes: the moments, and the policy in force from each; earliest first.
    package func announcing(_ changes: [(from: Timestamp, policy: Policy)]) -> Policy {
        var all: [Policy.Change] = []
        for change in changes.reversed() {
            all.insert(Policy.Change(from: change.from, policy: change.policy.with(all)), at: 0)
        }
        return with(all)
    }

    private func with(_ changes: [Policy.Change]) -> Policy {
        if changes.isEmpty, self.changes.isEmpty { return self }
        var content = content.value
        content.changes = changes
        return Policy(content)
    }

    private var settings: PolicySettings { content.value.settings }

    /// A short hash of the files' meaning: comments, white space and the order of keys don't change it.
    public var version: String { settings.version }
    package var calendar: WindowCalendar { settings.calendar }
    /// The actions by their current names.
    public var actions: [String: Policy.Action] { content.value.actions }
    /// Finds an action by its current name or a former one.
    public func action(named name: String) -> Policy.Action? { quotes[name]?.action }

    /// Returns the present name of each of these actions, in alphabetical order. A name that the policy doesn't have
    /// stays as it is.
    package func presentNames(of actions: [String]) -> [String] {
        Set(actions.map { action(named: $0)?.name ?? $0 }).sorted()
    }

    /// The plans by their current names. An account may still be recorded under a plan's former name.
    public var plans: [String: Policy.Plan] { content.value.plans }
    /// The plan of a new account.
    public var defaultPlan: Policy.Plan? { content.value.defaultPlan }
    public var packs: [String: Policy.Pack] { content.value.packs }
    /// The prices of models.
    package var priceList: PriceList { content.value.priceList }
    /// The announced changes that the policy doesn't have yet, earliest first. See ``inForce(at:)``.
    public var changes: [Policy.Change] { content.value.changes }
    /// The balance below which to offer more credits.
    public var lowBalance: Credits { settings.lowBalance }
    /// How long credits that are refunded to an expired grant stay spendable.
    public var refundGrace: Duration { .milliseconds(refundGraceMilliseconds) }
    package var refundGraceMilliseconds: Int64 { settings.refundGraceMilliseconds }
    /// The most that an account may owe for calls that cost more than they held, if their action's overrun is a debt.
    public var debtLimit: Credits { settings.debtLimit }
    /// The mode of all actions. An action's own mode counts if it is weaker.
    public var mode: Policy.Mode { settings.mode }
    /// The plans in the form that every charge carries.
    package var planBook: PlanBook { settings.planBook }
    /// The texts of the files; empty for a policy that was not read from files.
    package var files: [FileText] { content.value.files }
    /// The prepared quotes of each action.
    var quotes: [String: PreparedQuotes] { content.value.quotes }

    package static let defaultRefundGraceMilliseconds: Int64 = 24 * 60 * 60 * 1000
}

/// The settings that apply to all actions.
struct PolicySettings: Sendable {
    let version: String
    let calendar: WindowCalendar
    let lowBalance: Credits
    let refundGraceMilliseconds: Int64
    let debtLimit: Credits
    let mode: Policy.Mode
    let planBook: PlanBook
}

extension Policy {
    /// The source of the policy in force: a fixed ``Policy``, or a ``Policy/Watcher`` that follows the files.
    public protocol Source: Sendable {
        /// The policy in force now. Called for every quote, so it must be fast. A fixed policy is its own source: a
        /// gate applies the changes that it announces.
        var policy: Policy { get }
    }
}

extension Policy: Policy.Source {
    public var policy: Policy { self }
}
