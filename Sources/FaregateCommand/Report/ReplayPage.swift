import Faregate
import FaregateBooks

/// What a replay found, as one page.
struct ReplayPage: HTMLPage {
    let report: ReplayReport
    /// The calls' period in words: ` since 2026-11-01T00:00:00Z`; empty for all time.
    let period: String
    /// The calendar of the report's days.
    let calendar: WindowCalendar
    let madeAt: Timestamp
    /// What to know about the figures.
    let notes: [String]

    private var total: ReplayReport.Sum { report.total }

    var title: String { "Replay under the policy \(report.policyVersion)" }

    var main: HTML {
        """
        <header>
        <h1>What calls would have cost</h1>
        <p class="lead">\(count(total.calls, "call"))\(period.isEmpty ? " of all time" : period)</p>
        <dl>
        \(fact("Policy", "<code>\(report.policyVersion)</code>"))
        \(fact("Made", time(madeAt)))
        </dl>
        \(note(ReplayCommand.assumption))
        \(notes.map(warning))
        </header>
        \(figures([
            ("credits before", total.creditsBefore), ("credits after", total.creditsAfter),
            ("accounts affected", Int64(report.accountsAffected)), ("newly refused", Int64(total.newlyRefused)),
            ("newly allowed", Int64(total.newlyAllowed)),
        ]))
        \(timeline)
        \(groups)
        \(accounts)
        \(examples)
        """
    }

    private static let columns: [HTMLTable.Column] = [
        .number("calls"), .number("before"), .number("after"), .number("change"), .number("newly refused"),
        .number("newly allowed"),
    ]

    private func cells(_ sum: ReplayReport.Sum) -> [HTML] {
        [
            "\(sum.calls.grouped)", "\(sum.creditsBefore.grouped)", "\(sum.creditsAfter.grouped)", "\(sum.change)",
            "\(sum.newlyRefused.grouped)", "\(sum.newlyAllowed.grouped)",
        ]
    }

    /// Two bars: "before", and "after" below it.
    private func bars(_ sum: ReplayReport.Sum, of most: Int64) -> HTML {
        "\(bar(sum.creditsBefore, of: most, "out"))\(bar(sum.creditsAfter, of: most, "in"))"
    }

    private var timeline: HTML {
        guard let first = report.days.first, let last = report.days.last else { return "" }
        let spans = ReportSpans(first.start..<calendar.window(.day, containing: last.start).upperBound, calendar)
        var (before, after) = ([Int64](repeating: 0, count: spans.count), [Int64](repeating: 0, count: spans.count))
        for day in report.days {
            let span = spans.index(of: day.start)
            before[span].add(day.creditsBefore)
            after[span].add(day.creditsAfter)
        }
        let title = "Credits by \(spans.unit), before and after"
        guard (before + after).contains(where: { $0 > 0 }) else {
            return section("days", title, empty("No call would have cost anything, before or after."))
        }
        // The colours of the bars in the table below.
        let series = [
            BarChart.Series(name: "before", values: before, color: 1),
            BarChart.Series(name: "after", values: after, color: 0),
        ]
        let chart = BarChart(beside: series, id: "days-chart", title: title, unit: "credits", labels: spans.labels)
        return section(
            "days", "Over time", timeline(chart, spans),
            note("A call counts on the day it was made. Time zone: \(calendar.zoneName)."))
    }

    private var groups: HTML {
        guard !report.groups.isEmpty else { return section("groups", "By action and plan", empty("No call was made.")) }
        let most = max(1, report.groups.map { max($0.sum.creditsBefore, $0.sum.creditsAfter) }.max() ?? 0)
        let table = HTMLTable(
            label: "Credits before and after, by action and plan",
            columns: [.text("action"), .text("plan")] + Self.columns + [.text("before, after")],
            rows: report.groups.map { group in
                [HTML.name(group.action), HTML.name(group.plan ?? "(no plan)")] + cells(group.sum)
                    + [bars(group.sum, of: most)]
            },
            total: ["total", ""] + cells(total) + [""]
        )
        return section("groups", "By action and plan", table.html)
    }

    private var accounts: HTML {
        let table = HTMLTable(
            label: "Most affected accounts", columns: [.text("account")] + Self.columns,
            rows: report.mostAffected.map { [HTML.name($0.account.rawValue)] + cells($0.sum) }
        )
        return section(
            "accounts", "Most affected accounts",
            report.mostAffected.isEmpty ? empty("No account would have paid or been refused differently.") : table.html
        )
    }

    private var examples: HTML {
        guard !report.examples.isEmpty else { return "" }
        let table = HTMLTable(
            label: "Examples of calls with a different result",
            columns: [.text("charge or refusal"), .text("account"), .text("action"), .text("before"), .text("after")],
            rows: report.examples.map {
                ["\($0.call)", HTML.name($0.account), HTML.name($0.action), "\($0.before)", "\($0.after)"]
            }
        )
        return section(
            "examples", total.changedCalls > report.examples.count ? "The first changed calls" : "Changed calls",
            table.html,
            total.changedCalls > report.examples.count
                ? note("\((total.changedCalls - report.examples.count).grouped) more have a different result.") : "")
    }
}
