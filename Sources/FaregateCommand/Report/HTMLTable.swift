/// A table that scrolls in a box of its own, so that the page never scrolls sideways.
struct HTMLTable {
    struct Column {
        let name: HTML
        /// The class of its cells.
        var style: String?

        static func text(_ name: String) -> Column { Column(name: "\(name)") }

        static func number(_ name: String) -> Column { Column(name: .name(name), style: "number") }

        static func sentence(_ name: String) -> Column { Column(name: "\(name)", style: "sentence") }

        /// A cell of this column, apart from its tag.
        func content(_ cell: HTML) -> HTML { style == "sentence" ? "<div>\(cell)</div>" : cell }
    }

    /// The table's name for people who can't see the page.
    let label: String
    let columns: [Column]
    /// A cell for each column. The first is the head of its row.
    let rows: [[HTML]]
    /// The last row, with sums.
    var total: [HTML]?

    var html: HTML {
        """
        <div class="scroll" role="region" aria-label="\(label)" tabindex="0"><table>
        <thead><tr>\(columns.map { "<th scope=\"col\"\(mark($0))>\($0.name)</th>" as HTML })</tr></thead>
        <tbody>\(rows.map(row))</tbody>
        \(total.map { "<tfoot>\(row($0))</tfoot>" as HTML })
        </table></div>
        """
    }

    private func row(_ cells: [HTML]) -> HTML {
        let pieces = zip(columns, cells).enumerated().map { index, pair -> HTML in
            index == 0 ? "<th scope=\"row\">\(pair.1)</th>" : "<td\(mark(pair.0))>\(pair.0.content(pair.1))</td>"
        }
        return "<tr>\(pieces)</tr>"
    }

    private func mark(_ column: Column) -> HTML { column.style.map { " class=\"\($0)\"" } ?? "" }
}
