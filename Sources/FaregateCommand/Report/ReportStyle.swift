/// The looks of the report's page, in light, in dark and on paper.
enum ReportStyle {
    static let text = HTML(stringLiteral: colors + frame + tables + charts + paper)

    /// The series of a chart have the colours `--c0` to `--c8`; the last is of the others.
    private static let colors = """
        :root {
          --paper: #f7f6f3; --card: #ffffff; --ink: #1d2422; --soft: #56605d; --line: #dcdad3;
          --accent: #0f766e; --warn: #9a3412; --warn-wash: #fdeee3;
          --c0: #0f766e; --c1: #d97706; --c2: #1d4ed8; --c3: #be185d; --c4: #65a30d; --c5: #7c3aed; --c6: #0891b2;
          --c7: #92400e; --c8: #78716c;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #111716; --card: #1a2321; --ink: #eef3f1; --soft: #a0aeaa; --line: #34413e;
            --accent: #5eead4; --warn: #fdba74; --warn-wash: #3a2413;
            --c0: #2dd4bf; --c1: #fbbf24; --c2: #60a5fa; --c3: #f472b6; --c4: #a3e635; --c5: #c084fc; --c6: #22d3ee;
            --c7: #fb923c; --c8: #a8a29e;
          }
        }

        """

    private static let frame = """
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5; font-size: 16px;
          font-family: Inter, ui-sans-serif, system-ui, "Segoe UI", sans-serif; }
        main { max-width: 72rem; margin: 0 auto; padding: clamp(1rem, 4vw, 2.5rem); }
        h1, h2 { line-height: 1.2; letter-spacing: -.02em; margin: 0; overflow-wrap: anywhere; }
        h1 { font-size: clamp(1.5rem, 4vw, 2.2rem); }
        h2 { font-size: 1.25rem; margin-bottom: .8rem; }
        p { margin: .5rem 0; overflow-wrap: anywhere; }
        code { font: .9em ui-monospace, monospace; }
        .lead { color: var(--soft); font-size: 1.1rem; }
        .note, .empty { color: var(--soft); font-size: .9rem; }
        .warning { background: var(--warn-wash); color: var(--warn); border-radius: 10px; padding: .6rem .9rem; }
        dl { margin: 1rem 0; display: flex; flex-wrap: wrap; gap: .3rem 2rem; }
        dt { color: var(--soft); font-size: .85rem; }
        dd { margin: 0; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem; }
        .figures div, section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
        .figures div { padding: .7rem 1rem; display: flex; flex-direction: column-reverse; }
        .figures dd { font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        section { padding: clamp(1rem, 3vw, 1.5rem); margin: 1rem 0; }

        """

    private static let tables = """
        .scroll { overflow: auto; margin: .8rem 0; }
        .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .numbers .scroll { max-height: 16rem; border: 1px solid var(--line); border-radius: 10px; }
        .numbers th, .numbers td { padding-inline: .7rem; }
        .numbers thead th { position: sticky; top: 0; background: var(--card); }
        table { border-collapse: collapse; width: 100%; font-size: .92rem; }
        th, td { text-align: left; vertical-align: top; padding: .35rem 1rem .35rem 0; border-bottom: 1px solid var(--line); }
        th { font-weight: 550; }
        thead th { color: var(--soft); font-size: .85rem; vertical-align: bottom; }
        th > bdi, td > bdi { display: inline-block; max-width: 15rem; overflow-wrap: break-word; }
        td > bdi.long, tbody th > bdi.long { min-width: 14rem; }
        .sentence > div { width: max-content; max-width: min(24rem, 70vw); }
        tbody th { font-weight: 500; }
        tbody tr:last-child > * { border-bottom: 0; }
        tfoot > tr > * { border-top: 2px solid var(--line); border-bottom: 0; font-weight: 650; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        td.number, time, .numbers tbody th { white-space: nowrap; }
        .flow { display: block; width: 100%; min-width: 4rem; height: .9rem; margin-top: .25rem; }
        @media (max-width: 32rem) { table { font-size: .87rem; } th, td { padding-right: .6rem; } }
        .in { fill: var(--c0); }
        .out { fill: var(--c1); }

        """

    private static let charts = """
        figure { margin: 1.5rem 0 0; break-inside: avoid; }
        figcaption { font-weight: 600; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .5rem 0;
          font-size: .9rem; }
        .legend li { display: flex; gap: .45rem; align-items: center; overflow-wrap: anywhere; min-width: 0; }
        .key { flex: none; }
        .plot { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .3rem .6rem; margin-top: 1rem; }
        .scale { display: flex; flex-direction: column; justify-content: space-between; text-align: right;
          margin-block: -.55rem; }
        .scale, .times { color: var(--soft); font-size: .8rem; line-height: 1.1rem; font-variant-numeric: tabular-nums; }
        .bars { width: 100%; height: 12rem; overflow: visible; }
        .times { grid-column: 2; display: flex; justify-content: space-between; margin-top: .3rem; }
        .grid { stroke: var(--line); }
        .bars rect { stroke: var(--card); stroke-width: .6; }
        .patterns { position: absolute; width: 0; height: 0; }

        """
        + (0..<9).map { ".s\($0) { fill: var(--c\($0)); }" }.joined(separator: "\n") + "\n"

    /// On paper every series has a pattern, so that a chart is legible without colours.
    private static let paper = """
        @media print {
          :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --soft: #333; --line: #999;
            --warn: #000; --warn-wash: #fff; --accent: #000; }
          body { font-size: 10pt; }
          main { max-width: none; padding: 0; }
          section { border: 0; border-top: 1px solid #000; border-radius: 0; padding: .8rem 0 0; }
          h2, figcaption, thead { break-after: avoid; }
          tr { break-inside: avoid; }
          .warning { border: 1px solid #000; }
          .scroll, .numbers .scroll { overflow: visible; max-height: none; border: 0; }
          .numbers thead th { position: static; }
          .figures { grid-template-columns: repeat(6, 1fr); }
          .figures dd { font-size: 13pt; }
          table { font-size: 9pt; }
          .numbers table { font-size: 7.5pt; }
          .numbers th, .numbers td { padding: .15rem .25rem; }
          .numbers thead th { font-size: 6.5pt; }
          .numbers thead bdi { max-width: 3.6rem; min-width: 0; }
          td > bdi.long, tbody th > bdi.long { min-width: 8rem; max-width: 11rem; overflow-wrap: anywhere; }
          .sentence > div { max-width: 11rem; }
          .bars { height: 9rem; }
          .bars rect, .key rect { stroke: #000; stroke-width: .5; }
          .in { fill: #555; } .out { fill: #aaa; }

        """
        + (0..<9).map { "  .s\($0) { fill: url(#p\($0)); }" }.joined(separator: "\n") + "\n}"

    /// The patterns that the charts have on paper. Stripes of gradients, because browsers make large images of other
    /// patterns when they print.
    static var patterns: HTML {
        let stripes: [(x: String, y: String, dark: String, light: String, part: String)] = [
            ("1", "0", "#333", "#333", "1"), ("1", "0", "#bbb", "#bbb", "1"), ("3", "3", "#000", "#fff", ".35"),
            ("0", "4", "#000", "#fff", ".5"), ("1", "0", "#fff", "#fff", "1"), ("3", "-3", "#000", "#ccc", ".5"),
            ("3", "0", "#000", "#fff", ".3"), ("0", "2.5", "#000", "#fff", ".25"), ("1", "0", "#777", "#777", "1"),
        ]
        let patterns = stripes.enumerated().map { index, stripe -> HTML in
            """
            <linearGradient id="p\(index)" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="\(stripe.x)" \
            y2="\(stripe.y)" spreadMethod="repeat"><stop stop-color="\(stripe.dark)"/>\
            <stop offset="\(stripe.part)" stop-color="\(stripe.dark)"/>\
            <stop offset="\(stripe.part)" stop-color="\(stripe.light)"/></linearGradient>
            """
        }
        return "<svg class=\"patterns\" aria-hidden=\"true\"><defs>\(patterns)</defs></svg>"
    }
}
