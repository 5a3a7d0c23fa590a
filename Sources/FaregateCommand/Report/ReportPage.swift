import Faregate
import FaregateBooks

/// The report as one page of HTML that loads nothing: the styles and charts are in it, and it has no script. It is
/// well-formed XML too.
struct ReportPage {
    let report: Report

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
        <title>\(report.ledger): \(firstDay) to \(lastDay)</title>
        <style>
        \(ReportStyle.text)
        </style>
        </head>
        <body>
        \(ReportStyle.patterns)
        <main>
        \(head)
        \(figures)
        \(usage)
        \(credits)
        \(refusals)
        \(shadow)
        \(accounts)
        \(holds)
        \(purchases)
        </main>
        </body>
        </html>
        """
    }

    private var firstDay: String { report.usage.spans.labels.first ?? "" }
    private var lastDay: String { report.usage.spans.lastDay }

    private var head: HTML {
        """
        <header>
        <h1>\(HTML.name(report.ledger))</h1>
        <p class="lead">\(firstDay) to \(lastDay)</p>
        <dl>
        \(fact("From", time(report.since)))
        \(fact("Until", time(report.until)))
        \(fact("Days of", "\(report.timeZone)"))
        \(fact("Policy", report.policyVersion.map { "<code>\($0)</code>" } ?? "none given"))
        \(fact("Made", time(report.createdAt)))
        </dl>
        \(report.gap.map(note))
        </header>
        """
    }

    private func fact(_ name: String, _ value: HTML) -> HTML { "<div><dt>\(name)</dt><dd>\(value)</dd></div>" }

    func time(_ moment: Timestamp) -> HTML {
        """
        <time datetime="\(moment)">\(moment.toMinute) UTC</time>
        """
    }

    private var figures: HTML {
        let figures: [(String, Int64)] = [
            ("calls", Int64(report.usage.total.calls)), ("credits spent", report.usage.total.credits),
            ("credits bought", report.credits.bought), ("credits granted", report.grantedCredits),
            ("credits expired", report.credits.expired), ("refusals", Int64(report.refusals.count)),
        ]
        let items = figures.map { "<div><dt>\($0)</dt><dd>\($1.grouped)</dd></div>" as HTML }
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
}

extension Report {
    var page: HTML { ReportPage(report: self).html }
}
