import Faregate

/// The sums of a replay.
struct ReplayTally {
    struct GroupName: Hashable {
        let action: String
        let plan: String?
    }

    private(set) var groups: [GroupName: ReplayReport.Sum] = [:]
    private(set) var accounts: [Int64: ReplayReport.Sum] = [:]
    private(set) var examples: [Example] = []
    private(set) var days: ReplayDays
    private(set) var unpriced: [String: Int] = [:]
    /// The calls without a price for other reasons.
    private(set) var unpricedOtherwise = 0
    private(set) var refusalsTried = 0
    private(set) var refusalsUnpriced = 0
    private(set) var missingPlans: [String: Int] = [:]

    /// A call with another result. The names are looked up at the end.
    struct Example {
        let call: String
        let account: Int64
        let action: String
        let before: String
        let after: String
    }

    /// - Parameter calendar: says which calls are of the same day.
    init(_ calendar: WindowCalendar) { days = ReplayDays(calendar) }

    private static let maximumExamples = 10
    private static let maximumReasons = 10

    /// Adds a closed call.
    ///
    /// - Parameter credits: what it would have cost; 0 if it would have been refused.
    mutating func close(_ known: Replay.Open, credits: Int64) {
        let before = known.call.credits
        var sum = ReplayReport.Sum()
        sum.calls = 1
        sum.creditsBefore = before
        sum.creditsAfter = credits
        sum.newlyRefused = known.isAllowed ? 0 : 1
        if case .limit = known.refusal { sum.newlyRefusedByLimits = 1 }
        sum.unpriced = known.quote == nil ? 1 : 0
        sum.changedCalls = before != credits || !known.isAllowed ? 1 : 0
        add(sum, known.action, known.call.plan, known.account)
        days.add(before: before, after: credits, at: known.call.createdAt)
        guard !sum.isUnchanged else { return }
        add(
            Example(
                call: "charge \(known.call.charge)", account: known.account, action: known.action,
                before: known.call.result,
                after: known.refusal.map { "refused (\($0))" } ?? Self.text(credits)))
    }

    /// Adds a call that is open at the end of the journal, whatever became of it since.
    mutating func leaveOpen(_ known: Replay.Open) {
        var sum = ReplayReport.Sum()
        sum.calls = 1
        sum.newlyRefused = known.isAllowed ? 0 : 1
        sum.changedCalls = sum.newlyRefused
        add(sum, known.action, known.call.plan, known.account)
    }

    mutating func tryRefusal() { refusalsTried += 1 }

    mutating func cannotPriceRefusal() { refusalsUnpriced += 1 }

    /// Counts a call of an account on a plan that the policy lacks.
    mutating func miss(_ plan: String) { missingPlans[plan, default: 0] += 1 }

    /// Adds a recorded refusal that would have passed.
    mutating func allow(_ refusal: ReplayedRefusal, _ quote: Quote) {
        var sum = ReplayReport.Sum()
        sum.newlyAllowed = 1
        sum.creditsAfter = quote.costTaken.rawValue
        sum.changedCalls = 1
        add(sum, quote.action, refusal.record.plan, refusal.account)
        days.add(before: 0, after: sum.creditsAfter, at: refusal.record.at)
        let after = "allowed, \(Self.text(sum.creditsAfter))"
        add(
            Example(
                call: "refusal \(refusal.record.id)", account: refusal.account, action: quote.action, before: "refused",
                after: after))
    }

    mutating func cannotPrice(_ reason: String) {
        guard unpriced[reason] != nil || unpriced.count < Self.maximumReasons else { return unpricedOtherwise += 1 }
        unpriced[reason, default: 0] += 1
    }

    private mutating func add(_ sum: ReplayReport.Sum, _ action: String, _ plan: String?, _ account: Int64) {
        groups[GroupName(action: action, plan: plan), default: ReplayReport.Sum()] += sum
        accounts[account, default: ReplayReport.Sum()] += sum
    }

    /// - Parameter example: made only while there is room for it.
    private mutating func add(_ example: @autoclosure () -> Example) {
        if examples.count < Self.maximumExamples { examples.append(example()) }
    }

    static func text(_ credits: Int64) -> String { credits == 1 ? "1 credit" : "\(credits) credits" }
}
