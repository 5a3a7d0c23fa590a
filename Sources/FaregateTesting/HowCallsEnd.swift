package import Faregate

/// The cost of every way to end a call under every kind of price. The table in the guide <doc:HowACallEnds> is made
/// from it, and a test makes each of these calls.
package enum HowCallsEnd {
    /// A kind of price in the policy ``policy``.
    package enum Price: String, CaseIterable, Sendable {
        case fixed, unit, units, usage, free

        /// The heading of the price's column.
        var title: String {
            switch self {
            case .fixed: "`10`"
            case .unit: "`1 + 1 per output`, hold 40"
            case .units: "`1 + 1 per input + 1 per output`, hold 40 output"
            case .usage: "`1 per output`, no hold"
            case .free: "`0`"
            }
        }

        /// The units that a reporting call reports; none if the price has no unit.
        package var report: Units {
            switch self {
            case .unit, .usage: ["output": 2]
            case .units: ["input": 2]
            case .fixed, .free: [:]
            }
        }
    }

    /// How the handler ended, or whether it never started.
    package enum Ending: String, CaseIterable, Sendable {
        case succeeded, failed, threw, timedOut, cancelled, cancelledWithForeignError, neverStarted

        var title: String {
            switch self {
            case .succeeded: "returned a success"
            case .failed: "returned a failure"
            case .threw: "threw"
            case .timedOut: "took longer than `timeout`"
            case .cancelled: "was cancelled"
            case .cancelledWithForeignError: "was cancelled, and threw its own error"
            case .neverStarted: "never started: cancelled while the credits were taken"
            }
        }
    }

    /// One line of the table.
    package struct Line: Sendable {
        package let ending: Ending
        package let keepsReported: Bool
        package let reports: Bool
        package let costs: [Price: Int64]
    }

    /// Columns: how the call ended; whether failed calls are charged for what they reported; whether the call reported
    /// units; then the cost under each price, in the order of ``Price``. Nil if the price has nothing to report.
    package static let lines: [Line] = [
        line(.succeeded, keeps: false, reports: false, 10, 41, 41, 1, 0),
        line(.succeeded, keeps: false, reports: true, nil, 3, 43, 2, nil),
        line(.failed, keeps: false, reports: false, 0, 0, 0, 0, 0),
        line(.failed, keeps: false, reports: true, nil, 0, 0, 0, nil),
        line(.threw, keeps: false, reports: false, 0, 0, 0, 0, 0),
        line(.threw, keeps: false, reports: true, nil, 0, 0, 0, nil),
        line(.timedOut, keeps: false, reports: false, 0, 0, 0, 0, 0),
        line(.timedOut, keeps: false, reports: true, nil, 0, 0, 0, nil),
        line(.cancelled, keeps: false, reports: false, 0, 0, 0, 0, 0),
        line(.cancelled, keeps: false, reports: true, nil, 0, 0, 0, nil),
        line(.cancelledWithForeignError, keeps: false, reports: false, 0, 0, 0, 0, 0),
        line(.cancelledWithForeignError, keeps: false, reports: true, nil, 0, 0, 0, nil),
        line(.neverStarted, keeps: false, reports: false, 0, 0, 0, 0, 0),

        line(.succeeded, keeps: true, reports: false, 10, 41, 41, 1, 0),
        line(.succeeded, keeps: true, reports: true, nil, 3, 43, 2, nil),
        line(.failed, keeps: true, reports: false, 0, 0, 0, 0, 0),
        line(.failed, keeps: true, reports: true, nil, 3, 3, 2, nil),
        line(.threw, keeps: true, reports: false, 0, 0, 0, 0, 0),
        line(.threw, keeps: true, reports: true, nil, 3, 3, 2, nil),
        line(.timedOut, keeps: true, reports: false, 0, 0, 0, 0, 0),
        line(.timedOut, keeps: true, reports: true, nil, 3, 3, 2, nil),
        line(.cancelled, keeps: true, reports: false, 10, 0, 0, 0, 0),
        line(.cancelled, keeps: true, reports: true, nil, 3, 3, 2, nil),
        line(.cancelledWithForeignError, keeps: true, reports: false, 10, 0, 0, 0, 0),
        line(.cancelledWithForeignError, keeps: true, reports: true, nil, 3, 3, 2, nil),
        line(.neverStarted, keeps: true, reports: false, 0, 0, 0, 0, 0),
    ]

    private static func line(_ ending: Ending, keeps: Bool, reports: Bool, _ costs: Int64?...) -> Line {
        let known = zip(Price.allCases, costs).compactMap { price, cost in cost.map { (price, $0) } }
        return Line(
            ending: ending,
            keepsReported: keeps,
            reports: reports,
            costs: Dictionary(uniqueKeysWithValues: known)
        )
    }

    /// A policy with an action for each price, under the price's name, and with a timeout if one is given. The limits
    /// count the credits that calls cost.
    ///
    /// - Parameters:
    ///   - mode: the mode of the whole policy: "enforce" or "shadow".
    ///   - timeout: in the spelling of policy files; nil for none.
    package static func policy(mode: String, timeout: String?) -> String {
        let more =
            #""limits": [{ "max": 1000, "per": "day", "count": "credits" }]"#
            + (timeout.map { #", "timeout": "\#($0)""# } ?? "")
        return """
            {
              "mode": "\(mode)",
              "actions": {
                "fixed": { "cost": 10, \(more) },
                "unit": { "cost": { "base": 1, "units": { "output": 1 } }, "hold": { "output": 40 }, \(more) },
                "units": {
                  "cost": { "base": 1, "units": { "input": 1, "output": 1 } }, "hold": { "output": 40 }, \(more)
                },
                "usage": { "cost": { "units": { "output": 1 } }, \(more) },
                "free": { "cost": 0, \(more) }
              },
              "plans": { "free": { "grants": [{ "credits": 500, "every": "once" }] } },
              "defaultPlan": "free"
            }
            """
    }

    /// Returns the guide's tables: one for each failure rule.
    package static var guide: String {
        [false, true].map { keeps in
            let title = keeps ? "chargeReported" : "refund"
            return "### With ``Gate/FailureRule/\(title)``\n\n"
                + table(lines.filter { $0.keepsReported == keeps })
        }.joined(separator: "\n")
    }

    private static func table(_ lines: [Line]) -> String {
        let heading = ["the handler …", "reported"] + Price.allCases.map(\.title)
        let rows = lines.map { line in
            [line.ending.title, line.reports ? "2 units" : "nothing"]
                + Price.allCases.map { price in line.costs[price].map(String.init) ?? "" }
        }
        return ([heading, heading.map { _ in "---" }] + rows)
            .map { "| " + $0.joined(separator: " | ") + " |\n" }
            .joined()
    }
}
