package import Faregate

extension Policy.Plan.Grant {
    /// A grant that stands in no file. Of those with the same period in a plan all but one need a name.
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
