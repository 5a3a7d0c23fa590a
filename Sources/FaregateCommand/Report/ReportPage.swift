import Faregate
import FaregateBooks

/// The report as one page.
struct ReportPage: HTMLPage {
    let report: Report

    var title: String { "\(report.ledger): \(firstDay) to \(lastDay)" }

    var main: HTML {
        """
        \(head)
        \(figures)
        \(usage)
        \(credits)
        \(refusals)
        \(shadow)
        \(accounts)
        \(holds)
        \(purchases)
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
        \(fact("Time zone", "\(report.timeZone)"))
        \(fact("Policy", report.policyVersion.map { "<code>\($0)</code>" } ?? "none given"))
        \(fact("Made", time(report.createdAt)))
        </dl>
        \(report.gap.map(note))
        </header>
        """
    }

    private var figures: HTML {
        let figures: [(String, Int64)] = [
            ("calls", Int64(report.usage.total.calls)), ("credits spent", report.usage.total.credits),
            ("credits bought", report.credits.bought), ("credits granted", report.grantedCredits),
            ("credits expired", report.credits.expired), ("refusals", Int64(report.refusals.count)),
        ]
        return self.figures(figures)
    }
}

extension Report {
    var page: HTML { ReportPage(report: self).html }
}
