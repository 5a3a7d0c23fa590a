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
    ///   - plans: by name.
    ///   - defaultPlan: the plan of an account that is seen for the first time.
    ///   - calendar: the time zone in which periods begin.
    public init(
        plans: [String: Plan] = [:],
        defaultPlan: Plan? = nil,
        calendar: WindowCalendar = WindowCalendar(timeZone: .gmt)
    ) {
        content = Shared(Content(plans: plans, defaultPlan: defaultPlan, calendar: calendar))
    }

    /// No plans: new accounts receive nothing.
    public static let empty = PlanBook()

    public var defaultPlan: Plan? { content.value.defaultPlan }
    public var calendar: WindowCalendar { content.value.calendar }

    public subscript(name: String) -> Plan? { content.value.plans[name] }
}
