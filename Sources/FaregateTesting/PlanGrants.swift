package import Faregate

extension Policy.Plan.Grant {
    /// Makes a grant without a policy file. If a plan has several grants with the same period, all but one need a name.
    package init(
        credits: Credits, every: Period, rollover: Credits = 0, priority: Int = 0, actions: [String]? = nil,
        lifetimeMilliseconds: Int64? = nil, name: String? = nil
    ) {
        self.init(
            name: name,
            credits: credits,
            every: every,
            rollover: rollover,
            priority: priority,
            actions: actions,
            lifetimeMilliseconds: lifetimeMilliseconds,
            location: Policy.Location(file: "test", line: 1, column: 1)
        )
    }
}
