import Faregate

extension RandomHistory {
    /// The plans of a history, whose grants have random priorities and lifetimes.
    static func plans(
        credits: Int64, rollover: Int64, _ calendar: WindowCalendar, using random: inout SeededGenerator
    ) -> PlanBook {
        let priorities = (0..<3).map { _ in Int.random(in: -1...1, using: &random) }
        let day: Int64 = 86_400_000
        let trial = [nil, 3_600_000, 14 * day].randomElement(using: &random) ?? nil
        let lifetime = [nil, 1, 61_000, day, 3 * day].randomElement(using: &random) ?? nil
        let purposes = (0..<3).map { _ in RandomHistory.purpose(using: &random) }
        let free = Policy.Plan(
            name: "free",
            grants: [
                Policy.Plan.Grant(credits: 30, every: .once, actions: purposes[0], lifetimeMilliseconds: trial)
            ]
        )
        let month = Policy.Plan.Grant(
            credits: Credits(inRange: credits), every: .month, rollover: Credits(inRange: rollover),
            priority: priorities[0], actions: purposes[1]
        )
        let pro = Policy.Plan(
            name: "pro",
            grants: [
                Policy.Plan.Grant(credits: 5, every: .once), month, Policy.Plan.Grant(credits: 3, every: .day),
                Policy.Plan.Grant(credits: 2, every: .month, rollover: 1, name: "month-2"),
                Policy.Plan.Grant(credits: 9, every: .days(3), priority: priorities[1], lifetimeMilliseconds: lifetime),
                Policy.Plan.Grant(
                    credits: 11, every: .quarter, rollover: 4, priority: priorities[2], actions: purposes[2]),
            ]
        )
        return PlanBook(plans: ["free": free, "pro": pro], defaultPlan: free, calendar: calendar)
    }

    /// The actions that credits pay for: mostly all.
    static func purpose(using random: inout SeededGenerator) -> [String]? {
        [nil, nil, nil, ["chat"], ["generate"], ["chat", "generate"], ["export"]].randomElement(using: &random) ?? nil
    }
}
