package import Faregate

extension Policy.Plan.Grant {
    /// A grant without a policy file. Of several with the same period in one plan, all but one need a name.
    package init(credits: Credits, every: Period, rollover: Credits = 0, name: String? = nil) {
        self.init(
            name: name,
            credits: credits,
            every: every,
            rollover: rollover,
            location: Policy.Location(file: "test", line: 1, column: 1)
        )
    }
}
