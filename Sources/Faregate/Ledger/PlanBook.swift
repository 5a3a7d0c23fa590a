public import Foundation

/// The plans in force: what accounts receive when they are first seen, and again with each period of their plan.
public struct PlanBook: Sendable {
    private struct Content: Sendable {
        let plans: [String: Plan]
        let defaultPlan: Plan?
        let calendar: WindowCalendar
    }

    /// Every charge carries the book.
    private let content: Shared<Content>

    /// - Parameters:
    ///   - plans: by the name that each has now.
    ///   - defaultPlan: the plan of an account that is seen for the first time.
    ///   - calendar: the time zone in which periods begin.
    public init(
        plans: [String: Plan] = [:],
        defaultPlan: Plan? = nil,
        calendar: WindowCalendar = WindowCalendar(timeZone: .gmt)
    ) {
        content = Shared(
            Content(plans: byEveryName(plans, was: \.was), defaultPlan: defaultPlan, calendar: calendar)
        )
    }

    /// No plans: new accounts receive nothing.
    public static let empty = PlanBook()

    public var defaultPlan: Plan? { content.value.defaultPlan }
    public var calendar: WindowCalendar { content.value.calendar }

    /// The plan of that name, or the one that was called so before: its ``Plan/name`` is the one it has now.
    public subscript(name: String) -> Plan? { content.value.plans[name] }
}

/// The entries under the names that they have now, and under those that they had before.
func byEveryName<Entry>(_ entries: [String: Entry], was: (Entry) -> [String]) -> [String: Entry] {
    var all = entries
    for entry in entries.values {
        for name in was(entry) where entries[name] == nil { all[name] = entry }
    }
    return all
}
