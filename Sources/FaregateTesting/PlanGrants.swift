package import Faregate

extension PlanGrant {
    /// A grant that stands in no file. One that isn't the first of its period in its plan needs a name of its own.
    package init(credits: Credits, every: Period, rollover: Credits = 0, name: String? = nil) {
        self.init(
            name: name,
            credits: credits,
            every: every,
            rollover: rollover,
            location: SourceLocation(file: "test", line: 1, column: 1)
        )
    }
}
