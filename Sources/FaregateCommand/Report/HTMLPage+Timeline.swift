import FaregateBooks

extension HTMLPage {
    /// A chart and, below it, a table with its numbers.
    func timeline(_ chart: BarChart, _ spans: ReportSpans) -> HTML {
        guard !chart.series.isEmpty else { return empty("\(chart.title): none.") }
        let rows = spans.labels.indices.map { span -> [HTML] in
            let values = chart.series.map { $0.values[span] }
            let sum = values.reduce(into: Int64(0)) { $0.add($1) }
            return ["\(spans.labels[span])"] + (values + (chart.isStacked ? [sum] : [])).map { "\($0.grouped)" }
        }
        let table = HTMLTable(
            label: chart.title,
            columns: [.text(spans.unit.heading)]
                + chart.series.map { .number($0.name) } + (chart.isStacked ? [.number("total")] : []),
            rows: rows
        )
        return "\(chart.html)<div class=\"numbers\">\(table.html)</div>"
    }
}
