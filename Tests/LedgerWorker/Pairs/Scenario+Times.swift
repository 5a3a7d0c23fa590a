import Faregate

extension Scenario {
    /// The times of a scenario, in the time zone of Oslo.
    struct Times {
        /// The start of the account's months.
        let opening: Timestamp
        /// The second month ended two days ago or more, the third has not ended: the account moves to the plan, or
        /// returns to it.
        let moving: Timestamp
        let call: Timestamp
        /// During the call.
        let afterCall: Timestamp

        init(_ opening: String, _ moving: String, _ call: String, _ afterCall: String) {
            func time(_ text: String) -> Timestamp {
                guard let time = Timestamp(text) else { preconditionFailure("not a time: \(text)") }
                return time
            }
            (self.opening, self.moving) = (time(opening), time(moving))
            (self.call, self.afterCall) = (time(call), time(afterCall))
        }
    }

    var times: Times {
        switch clock {
        case .goesOn:
            Times("2026-01-14T23:00:00Z", "2026-03-17T12:00:00Z", "2026-04-10T12:00:00Z", "2026-04-10T12:01:00Z")
        // Three months from 15 January, 00:00, end on 15 April, 00:00, which is summer time.
        case .periodEnds:
            Times("2026-01-14T23:00:00Z", "2026-03-17T12:00:00Z", "2026-04-14T21:55:00Z", "2026-04-14T22:05:00Z")
        // From 31 January, 12:00, to 30 April, 12:00.
        case .day31:
            Times("2026-01-31T11:00:00Z", "2026-04-02T11:00:00Z", "2026-04-30T09:55:00Z", "2026-04-30T10:05:00Z")
        // From 29 December, 02:30, to 29 March, 02:30, when the clocks go from 02:00 to 03:00.
        case .daylightSaving:
            Times("2025-12-29T01:30:00Z", "2026-03-03T01:30:00Z", "2026-03-29T00:25:00Z", "2026-03-29T01:35:00Z")
        case .stepsBack:
            Times("2026-01-14T23:00:00Z", "2026-03-17T12:00:00Z", "2026-04-10T12:00:00Z", "2026-04-10T10:00:00Z")
        }
    }
}
