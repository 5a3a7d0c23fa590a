import Faregate

/// The frame of every page.
struct Layout {
    enum Tab { case generate, billing, history }

    /// The signed-in account and its credits.
    struct Visitor {
        let account: AccountID
        let credits: Standing.Balance
    }

    let title: String
    var tab: Tab?
    var visitor: Visitor?

    func page(_ content: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · Faregate demo</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/app.css">
        <script src="/assets/app.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="top">
        <a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="28" height="28"><span>Faregate</span></a>
        \(visitor.map(navigation))
        </header>
        <main id="content">
        \(content)
        </main>
        <footer class="bottom">
        <p>A demo of <strong>Faregate</strong>: credits are taken before the work starts, and come back when it fails.</p>
        </footer>
        </body>
        </html>
        """
    }

    private func navigation(_ visitor: Visitor) -> HTML {
        """
        <nav aria-label="Main">
        \(link("/", "Generate", .generate))
        \(link("/history", "History", .history))
        \(link("/billing", "Buy credits", .billing))
        </nav>
        <div class="who">
        \(Self.pill(visitor))
        <span class="name" title="\(visitor.account)">\(visitor.account)</span>
        <button class="quiet" type="button" data-sign-out>Sign out</button>
        </div>
        """
    }

    private func link(_ path: String, _ text: String, _ tab: Tab) -> HTML {
        let mark: HTML = self.tab == tab ? " aria-current=\"page\"" : ""
        return "<a href=\"\(path)\"\(mark)>\(text)</a>"
    }

    private static func pill(_ visitor: Visitor) -> HTML {
        let credits = visitor.credits
        let more: HTML = credits.isLow ? "" : " hidden"
        let held: HTML = credits.held > 0 ? "" : " hidden"
        let unit: HTML = credits.spendable == 1 ? "credit" : "credits"
        return """
            <div class="pill\(credits.isLow ? " low" : "")" data-pill>
            <a href="/billing" class="amount" aria-label="Your balance" title="\(next(credits))">
            <strong data-remaining>\(credits.spendable)</strong> <span data-remaining-unit>\(unit)</span></a>
            <span class="held" data-held-note\(held)><span data-held>\(credits.held)</span> on hold</span>
            <a class="more" href="/billing" data-buy-more\(more)>Buy more</a>
            </div>
            """
    }

    /// The next change of the credits: an expiry or a plan's grant.
    private static func next(_ credits: Standing.Balance) -> String {
        let expiring = credits.expiring.map { "\($0.credits) expire on \(day($0.at))" }
        let coming = credits.coming.first.map { "\($0.credits) more come on \(day($0.at))" }
        return [expiring, coming].compactMap(\.self).joined(separator: ", ")
    }

    private static func day(_ moment: Timestamp) -> String { String(moment.description.prefix(10)) }
}
