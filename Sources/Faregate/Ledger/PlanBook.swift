public import Foundation

/// The plans in force: what accounts receive when they are first seen, and again with each period of their plan.
public struct PlanBook: Sendable {
    private final class Content: Sendable {
        let plans: [String: Plan]
        let defaultPlan: Plan?
        let calendar: WindowCalendar

        init(plans: [String: Plan], defaultPlan: Plan?, calendar: WindowCalendar) {
            self.plans = plans
            self.defaultPlan = defaultPlan
            self.calendar = calendar
        }
    }

    /// Shared, since every charge carries the book.
    private let content: Content

    /// - Parameters:
    ///   - plans: by name.
    ///   - defaultPlan: the plan of an account that is seen for the first time.
    ///   - calendar: the time zone in which periods begin.
    public init(
        plans: [String: Plan] = [:],
        defaultPlan: Plan? = nil,
        calendar: WindowCalendar = WindowCalendar(timeZone: .gmt)
    ) {
        content = Content(plans: plans, defaultPlan: defaultPlan, calendar: calendar)
    }

    /// No plans: new accounts receive nothing.
    public static let empty = PlanBook()

    public var defaultPlan: Plan? { content.defaultPlan }
    public var calendar: WindowCalendar { content.calendar }

    public subscript(name: String) -> Plan? { content.plans[name] }
}
