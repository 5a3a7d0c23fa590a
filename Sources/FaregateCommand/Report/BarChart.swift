import FaregateBooks

/// Bars over time as inline SVG: for each day, week or month a stack of a few series, or one bar per series, side by
/// side. All places are in percent, so the chart fits every width, and the words around it keep their size.
struct BarChart {
    struct Series {
        let name: String
        /// A number for each bar, 0 or more.
        let values: [Int64]
        /// Its colour, 0 to ``most``; nil for its index in the chart.
        var color: Int?

        var total: Int64 { values.reduce(into: 0) { $0.add($1) } }
    }

    /// The prefix of the ids of the chart's elements.
    let id: String
    let title: String
    /// What is counted: `calls`.
    let unit: String
    /// The names of the bars, at least one.
    let labels: [String]
    /// At most ``most`` series and the sum of the others, from the bottom of each stack up.
    let series: [Series]
    let isStacked: Bool

    /// The most series with a colour of their own.
    static let most = 8

    /// A chart of series that are compared with each other.
    ///
    /// - Parameter series: the leftmost first; at most ``most``.
    init(beside series: [Series], id: String, title: String, unit: String, labels: [String]) {
        (self.id, self.title, self.unit, self.labels) = (id, title, unit, labels)
        (self.series, isStacked) = (series, false)
    }

    /// - Parameter series: in any number and order; they are stacked.
    init(id: String, title: String, unit: String, labels: [String], series: [Series]) {
        (self.id, self.title, self.unit, self.labels) = (id, title, unit, labels)
        let sorted = series.filter { $0.total > 0 }.sorted { ($1.total, $0.name) < ($0.total, $1.name) }
        let others = sorted.dropFirst(BarChart.most)
        let other = Series(
            name: "\(others.count) others",
            values: labels.indices.map { bar in others.reduce(into: 0) { $0.add($1.values[bar]) } })
        self.series = sorted.prefix(BarChart.most) + (others.isEmpty ? [] : [other])
        isStacked = true
    }

    /// The height of each stack, or of the highest bar at its place.
    private var heights: [Int64] {
        labels.indices.map { bar in
            isStacked
                ? series.reduce(into: 0) { $0.add($1.values[bar]) } : series.map { $0.values[bar] }.max() ?? 0
        }
    }

    /// The number at the top of the scale: 2, 4, 6, 8 or 10 times a power of ten, so that half of it is a round number
    /// too.
    var top: Int64 {
        let highest = heights.max() ?? 0
        var unit: Int64 = 1
        while true {
            for factor in [2, 4, 6, 8, 10] as [Int64] {
                let (top, overflow) = unit.multipliedReportingOverflow(by: factor)
                if overflow { return .max }
                if top >= highest { return top }
            }
            unit *= 10
        }
    }

    /// What the chart shows, in words.
    var description: String {
        let heights = heights
        let highest = heights.indices.max { (heights[$0], $1) < (heights[$1], $0) } ?? 0
        let bars = isStacked ? count(labels.count, "bar") : count(labels.count, "group") + " of bars"
        let sums = isStacked ? "" : series.map { " Total \($0.name): \($0.total.grouped) \(unit)." }.joined()
        return "\(bars), from \(labels.first ?? "") to \(labels.last ?? ""). The highest is "
            + "\(heights[highest].grouped) \(unit), \(labels[highest]).\(sums) The table below has all numbers."
    }

    var html: HTML {
        """
        <figure>
        <figcaption>\(title)</figcaption>
        <ul class="legend">\(series.indices.map(key))</ul>
        <div class="plot">
        <div class="scale" aria-hidden="true"><span>\(top.grouped)</span><span>\((top / 2).grouped)</span><span>0</span></div>
        <svg class="bars" role="img" aria-labelledby="\(id)-title \(id)-text">
        <title id="\(id)-title">\(title)</title><desc id="\(id)-text">\(description)</desc>
        \([0, 50, 100].map { "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"\($0)%\" y2=\"\($0)%\"/>" as HTML })
        \(labels.indices.flatMap(bar))
        </svg>
        <div class="times" aria-hidden="true">\(times.map { "<span>\($0)</span>" as HTML })</div>
        </div>
        </figure>
        """
    }

    /// The labels below the bars: the first, the one in the middle and the last.
    private var times: [String] {
        labels.count < 3 ? labels : [labels[0], labels[labels.count / 2], labels[labels.count - 1]]
    }

    private func key(_ index: Int) -> HTML {
        """
        <li><svg class="key" aria-hidden="true" width="14" height="14"><rect class="\(color(index))" width="14" \
        height="14"/></svg>\(HTML.name(series[index].name))</li>
        """
    }

    private func color(_ index: Int) -> String { "s\(series[index].color ?? index)" }

    private func bar(_ index: Int) -> [HTML] {
        let slot = 100 / Double(labels.count)
        let width = slot * 0.8 / Double(isStacked ? 1 : series.count)
        var below = 0.0
        return series.indices.compactMap { number in
            let value = series[number].values[index]
            guard value > 0 else { return nil }
            let height = 100 * Double(value) / Double(top)
            below = isStacked ? below + height : height
            let x = slot * (Double(index) + 0.1) + (isStacked ? 0 : width * Double(number))
            return """
                <rect class="\(color(number))" x="\(percent(x))" y="\(percent(100 - below))" width="\(percent(width))" \
                height="\(percent(height))"><title>\(labels[index]), \(series[number].name): \(value.grouped) \
                \(unit)</title></rect>
                """
        }
    }

    private func percent(_ number: Double) -> String {
        let thousandths = Int((max(0, number) * 1000).rounded())
        let decimals = String(thousandths % 1000 + 1000).dropFirst()
        return "\(thousandths / 1000).\(decimals)%"
    }
}

extension BinaryInteger {
    /// `1,234,567`
    var grouped: String {
        let digits = Array("\(magnitude)")
        let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[max(0, $0 - 3)..<$0]) }
        return (self < 0 ? "−" : "") + groups.reversed().joined(separator: ",")
    }
}
