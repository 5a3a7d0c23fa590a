import Foundation

/// The plans in force, from which accounts are granted credits when they are opened and in each period.
package struct PlanBook: Sendable {
    private struct Content: Sendable {
        let plans: [String: Policy.Plan]
        let defaultPlan: Policy.Plan?
        let calendar: WindowCalendar
        let missing = MissingPlans()
    }

    /// Boxed, because every charge carries the book.
    private let content: Shared<Content>

    /// - Parameters:
    ///   - plans: the plans by their current names.
    ///   - defaultPlan: the plan of a new account.
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

    /// Finds a plan by its current name or a former one. The result's ``Policy/Plan/name`` is the current name.
    package subscript(name: String) -> Policy.Plan? { content.value.plans[name] }

    /// Finds the plan of an account, and remembers a plan that the policy doesn't have, so that gates can report it.
    package func plan(ofAccountOn name: String) -> Policy.Plan? {
        if let plan = self[name] { return plan }
        content.value.missing.add(name)
        return nil
    }

    /// The names of accounts' plans that the policy doesn't have.
    var missingPlans: [String] { content.value.missing.names }
}

/// Names of plans that were looked up and not found.
private final class MissingPlans: Sendable {
    /// Bounds the memory.
    private static let maximumCount = 100

    private let state = Mutex<[String]>([])

    var names: [String] { state.withLock { $0 } }

    func add(_ name: String) {
        state.withLock { names in
            if names.count < MissingPlans.maximumCount, !names.contains(name) { names.append(name) }
        }
    }
}

/// Returns the entries under their current names and their former names.
func byEveryName<Entry>(_ entries: [String: Entry], was: (Entry) -> [String]) -> [String: Entry] {
    var all = entries
    for entry in entries.values {
        for name in was(entry) where entries[name] == nil { all[name] = entry }
    }
    return all
}
