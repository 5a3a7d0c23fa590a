import Faregate

/// A page of HTML that loads nothing: the styles and charts are in it, and it has no script. It is well-formed XML too.
protocol HTMLPage {
    var title: String { get }
    var main: HTML { get }
}

extension HTMLPage {
    var html: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <meta name="referrer" content="no-referrer"/>
        <meta name="robots" content="noindex"/>
        <title>\(title)</title>
        <style>
        \(ReportStyle.text)
        </style>
        </head>
        <body>
        \(ReportStyle.patterns)
        <main>
        \(main)
        </main>
        </body>
        </html>
        """
    }

    func fact(_ name: String, _ value: HTML) -> HTML { "<div><dt>\(name)</dt><dd>\(value)</dd></div>" }

    func time(_ moment: Timestamp) -> HTML {
        """
        <time datetime="\(moment)">\(moment.toMinute)</time>
        """
    }

    /// The numbers that matter most, in a row.
    func figures(_ figures: [(name: String, number: Int64)]) -> HTML {
        let items = figures.map { "<div><dt>\($0.name)</dt><dd>\($0.number.grouped)</dd></div>" as HTML }
        return "<dl class=\"figures\">\(items)</dl>"
    }

    func section(_ id: String, _ title: String, _ content: HTML...) -> HTML {
        """
        <section aria-labelledby="\(id)">
        <h2 id="\(id)">\(title)</h2>
        \(content)
        </section>
        """
    }

    func note(_ text: String) -> HTML { "<p class=\"note\">\(text)</p>" }

    func empty(_ text: String) -> HTML { "<p class=\"empty\">\(text)</p>" }

    func warning(_ text: String) -> HTML { "<p class=\"warning\">\(text)</p>" }

    /// A bar across its cell. Its number is in the cell beside it.
    func bar(_ credits: Int64, of most: Int64, _ color: String) -> HTML {
        let percent = Int((100 * Double(credits) / Double(most)).rounded(.up))
        return """
            <svg class="flow" aria-hidden="true"><rect class="\(color)" width="\(percent)%" height="100%"/></svg>
            """
    }
}
