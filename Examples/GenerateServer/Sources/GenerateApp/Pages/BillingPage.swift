import Faregate

/// Three packs, what is left and where it came from.
struct BillingPage {
    /// What brought somebody here.
    enum Arrival {
        case plain, cancelled
        /// Back from the checkout; credits bought since then have arrived.
        case paid(Int64)
        /// Back from the checkout before the provider told us.
        case confirming
    }

    let visitor: Layout.Visitor
    let packs: [Pack]
    let arrival: Arrival
    let isSandbox: Bool

    var html: HTML {
        Layout(title: "Buy credits", tab: .billing, visitor: visitor).page(
            """
            \(banner)
            <section aria-labelledby="buy">
            <h1 id="buy">Buy credits</h1>
            <p class="lead">One payment, no subscription. Credits arrive as soon as the payment does.</p>
            <ul class="packs">\(packs.map(card))</ul>
            <div class="message" role="status" aria-live="polite" data-message></div>
            \(isSandbox ? Self.sandboxNote : nil)
            </section>
            <section aria-labelledby="balance" class="balance">
            <h2 id="balance">Your balance</h2>
            \(breakdown)
            </section>
            """
        )
    }

    private static let sandboxNote: HTML = """
        <p class="note"><span class="tag">Sandbox</span> No Stripe key is set, so a stand-in takes the payment: nothing is
        charged, and any press of Pay succeeds.</p>
        """

    private var banner: HTML? {
        switch arrival {
        case .plain: nil
        case .cancelled: "<p class=\"banner\" role=\"status\">The checkout was cancelled. Nothing was charged.</p>"
        case .paid(let credits):
            """
            <p class="banner good" role="status"><strong>\(credits) credits have arrived.</strong>
            You have \(visitor.balance.remaining) now. <a href="/">Back to painting</a></p>
            """
        case .confirming:
            """
            <p class="banner" role="status" data-confirming>Waiting for the payment. Its credits appear here as soon as it
            arrives.</p>
            """
        }
    }

    private func card(_ pack: Pack) -> HTML {
        """
        <li class="ticket">
        <p class="big"><strong>\(pack.credits)</strong> credits</p>
        <p class="rate">\(pack.pricePerCredit) each</p>
        <div class="stub"><p class="money">\(pack.price.symbolic)</p>
        <button class="primary" type="button" data-buy="\(pack.name)"
        aria-label="Buy \(pack.credits) credits for \(pack.price.symbolic)">Buy</button></div>
        </li>
        """
    }

    private var breakdown: HTML {
        let sources = visitor.balance.sources.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        let rows: [HTML] = sources.map { source, credits in
            "<tr><th scope=\"row\">From \(Self.names[source] ?? source)</th><td>\(credits)</td></tr>"
        }
        return """
            <table class="figures">
            <tbody>\(rows)
            \(row("On hold", visitor.balance.held))
            </tbody>
            <tfoot><tr><th scope="row">To spend</th><td>\(visitor.balance.remaining)</td></tr></tfoot>
            </table>
            <p class="note">Received \(visitor.balance.total) in all, \(visitor.balance.used) used.
            <a href="/history">See the history</a></p>
            """
    }

    private func row(_ name: String, _ credits: Credits) -> HTML? {
        credits > 0 ? "<tr><th scope=\"row\">\(name)</th><td>\(credits)</td></tr>" : nil
    }

    private static let names = [
        "plan": "your plan", "purchase": "purchases", "promotion": "promotions", "adjustment": "adjustments",
    ]
}

extension Money {
    /// As people write it: `$10`, `$18.50`; the policy files' way for currencies other than the dollar.
    var symbolic: String {
        guard currency == "USD" else { return description }
        let cents = minorUnits % 100
        return "$\(minorUnits / 100)\(cents == 0 ? "" : cents < 10 ? ".0\(cents)" : ".\(cents)")"
    }
}

extension Pack {
    /// For comparing packs by eye; rounded, and never used to compute anything.
    fileprivate var pricePerCredit: String {
        let rounded = (price.minorUnits + credits.rawValue / 2) / max(1, credits.rawValue)
        return price.currency == "USD" && rounded < 100
            ? "\(rounded)¢" : Money(minorUnits: rounded, currency: price.currency).symbolic
    }
}
