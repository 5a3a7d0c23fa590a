import Faregate
import FaregateBooks

/// The sections about the period.
extension ReportPage {
    private var spans: ReportSpans { report.usage.spans }
    private var spanName: String { spans.unit.rawValue }

    var usage: HTML {
        let actions = report.usage.actions
        guard !actions.isEmpty else { return section("usage", "Usage", empty("There were no calls in this period.")) }
        let columns = ["calls", "credits", "refunded", "open"].map { HTMLTable.Column.number($0) }
        let sums = HTMLTable(
            label: "Usage by action", columns: [.text("action")] + columns,
            rows: actions.map { [HTML.name($0.action)] + cells($0.sum) },
            total: ["total"] + cells(report.usage.total)
        )
        return section(
            "usage", "Usage", sums.html,
            timeline("calls", "Calls by \(spanName) and action", "calls") { Int64($0.calls) },
            timeline("credits", "Credits spent by \(spanName) and action", "credits", of: \.credits),
            note("A call counts on the day it was made. Refunded and open calls have spent nothing.")
        )
    }

    private func cells(_ sum: Usage.Sum) -> [HTML] {
        [Int64(sum.calls), sum.credits, Int64(sum.refundedCalls), Int64(sum.openCalls)].map { "\($0.grouped)" }
    }

    private func timeline(
        _ id: String, _ title: String, _ unit: String, of number: (Usage.Sum) -> Int64
    ) -> HTML {
        // An action has the same colour in both charts, if there are enough colours.
        let colors = report.usage.actions.map(\.action)
        let series = report.usage.sums.map { action, sums in
            BarChart.Series(
                name: action, values: sums.map(number),
                color: colors.count <= BarChart.most ? colors.firstIndex(of: action) : nil)
        }
        return timeline(BarChart(id: id, title: title, unit: unit, labels: spans.labels, series: series), spans)
    }

    var credits: HTML {
        let (incoming, outgoing) = (report.incoming, report.outgoing)
        let most = max(1, (incoming + outgoing).map(\.credits).max() ?? 0)
        let rows =
            incoming.map { flow("+ " + $0.name, $0.credits, of: most, "in") }
            + outgoing.map { flow("− " + $0.name, $0.credits, of: most, "out") }
        let table = HTMLTable(
            label: "Where credits came from and went",
            columns: [.text("from or to"), .number("credits"), .text("")], rows: rows)
        return section(
            "credits-by-source", "Where credits came from and went", table.html,
            note(
                "Credits that a plan carries over into its next period count as expired and as granted again. Credits "
                    + "that were taken back or taken away include those that became debt.")
        )
    }

    private func flow(_ name: String, _ credits: Int64, of most: Int64, _ color: String) -> [HTML] {
        ["\(name)", "\(credits.grouped)", bar(credits, of: most, color)]
    }

    var refusals: HTML {
        let refusals = report.refusals
        guard refusals.count > 0 else {
            return section("refusals", "Refusals", empty("No call was refused in this period."))
        }
        let series = refusals.bySpan.map { BarChart.Series(name: Refusal.Record.words(for: $0), values: $1) }
        let listed = refusals.groups.prefix(Report.listed)
        let table = HTMLTable(
            label: "Refusals by reason and action",
            columns: [.text("reason"), .text("action"), .number("calls")],
            rows: listed.map {
                ["\(Refusal.Record.words(for: $0.reason))", HTML.name($0.action), "\($0.refusals.grouped)"]
            }
        )
        let rest = refusals.groups.dropFirst(Report.listed)
        return section(
            "refusals", "Refusals", table.html,
            rest.isEmpty ? "" : note("And \(rest.reduce(0) { $0 + $1.refusals }.grouped) more, not listed."),
            timeline(
                BarChart(
                    id: "refused", title: "Refusals by \(spanName) and reason", unit: "refusals", labels: spans.labels,
                    series: series), spans),
            refusals.gap.map(note) ?? ""
        )
    }

    var shadow: HTML {
        let (prices, limits, refusals) = (report.shadow.prices, report.shadow.limits, report.shadow.refusals)
        guard !prices.isEmpty || !limits.isEmpty || !refusals.isEmpty else {
            return section("shadow", "Shadow mode", empty(ReportShadow.none))
        }
        let limitTable = HTMLTable(
            label: "Limits in shadow mode",
            columns: [.text("action"), .text("limit"), .number("would have refused")],
            rows: limits.prefix(Report.listed).map {
                [HTML.name($0.action), HTML.name($0.limit), "\($0.calls.grouped)"]
            }
        )
        let priceTable = HTMLTable(
            label: "Prices in shadow mode",
            columns: [
                .text("action"), .text("rule"), .number("calls"), .number("cost"), .number("would have cost"),
            ],
            rows: prices.prefix(Report.listed).map {
                [
                    HTML.name($0.action), "<code>\($0.rule)</code>", "\($0.calls.grouped)", "\($0.credits.grouped)",
                    "\($0.shadowCredits.grouped)",
                ]
            }
        )
        let refusalTable = HTMLTable(
            label: "Calls without a price in shadow mode",
            columns: [.text("action"), .text("reason"), .number("would have refused")],
            rows: refusals.prefix(Report.listed).map {
                [HTML.name($0.action), HTML.name($0.reason), "\($0.calls.grouped)"]
            }
        )
        let rest = [prices.count, limits.count, refusals.count].reduce(0) { $0 + max(0, $1 - Report.listed) }
        return section(
            "shadow", "Shadow mode", limits.isEmpty ? "" : limitTable.html,
            refusals.isEmpty ? "" : refusalTable.html, prices.isEmpty ? "" : priceTable.html,
            rest > 0 ? note("And \(rest) more; to see all: faregate shadow") : ""
        )
    }
}
