import Foundation

/// The plans in force: what accounts receive when they are first seen, and again with each period of their plan.
package struct PlanBook: Sendable {
    private struct Content: Sendable {
        let plans: [String: Policy.Plan]
        let defaultPlan: Policy.Plan?
        let calendar: WindowCalendar
        let missing = MissingPlans()
    }

    /// Every charge carries the book.
    private let content: Shared<Content>

    /// - Parameters:
    ///   - plans: by the name that each has now.
    ///   - defaultPlan: the plan of an account that is seen for the first time.
    ///   - calendar: the time zone in which periods begin.
    package init(
        plans: [String: Policy.Plan] = [:],
        defaultPlan: Policy.Plan? = nil,
        calendar: WindowCalendar = WindowCalendar(timeZone: .gmt)
    ) {
        content = Shared(
            Content(plans: byEveryName(plans, was: \.was), defaultPlan: defaultPlan, calendar: calendar)
        )
    }

    /// No plans: new accounts receive nothing.
    package static let empty = PlanBook()

    package var defaultPlan: Policy.Plan? { content.value.defaultPlan }
    package var calendar: WindowCalendar { content.value.calendar }

    /// The plan of that name, or the one that was called so before: its ``Policy/Plan/name`` is the one it has now.
    package subscript(name: String) -> Policy.Plan? { content.value.plans[name] }

    /// The plan that an account is on. One that the policy lacks is kept in mind, for gates to report.
    package func plan(ofAccountOn name: String) -> Policy.Plan? {
        if let plan = self[name] { return plan }
        content.value.missing.add(name)
        return nil
    }

    /// The plans that accounts turned out to be on, and that the policy lacks.
    var missingPlans: [String] { content.value.missing.names }
}

/// Names of plans that were looked for in vain.
private final class MissingPlans: Sendable {
    /// A limit on memory.
    private static let maximumCount = 100

    private let state = Mutex<[String]>([])

    var names: [String] { state.withLock { $0 } }

    func add(_ name: String) {
        state.withLock { names in
            if names.count < MissingPlans.maximumCount, !names.contains(name) { names.append(name) }
        }
    }
}

/// The entries under the names that they have now, and under those that they had before.
func byEveryName<Entry>(_ entries: [String: Entry], was: (Entry) -> [String]) -> [String: Entry] {
    var all = entries
    for entry in entries.values {
        for name in was(entry) where entries[name] == nil { all[name] = entry }
    }
    return all
}
