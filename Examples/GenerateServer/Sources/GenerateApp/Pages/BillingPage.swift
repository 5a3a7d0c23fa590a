import Faregate

/// The page with the packs for sale, the purchases and the balance.
struct BillingPage {
    /// How the visitor came to the page.
    enum Arrival {
        case plain, cancelled
        /// From the checkout of this purchase.
        case bought(Purchase.Record)
        /// From a checkout whose status can't be asked from the provider now.
        case confirming(Purchase.ID)
    }

    let visitor: Layout.Visitor
    let balance: AccountBalance
    let packs: [Policy.Pack]
    /// The names of the providers where customers can pay.
    let sellers: [String]
    let purchases: [Purchase.Record]
    let arrival: Arrival
    let isSandbox: Bool

    var html: HTML {
        Layout(title: "Buy credits", tab: .billing, visitor: visitor).page(
            """
            \(banner)
            <section aria-labelledby="buy">
            <h1 id="buy">Buy credits</h1>
            <p class="lead">One payment, no subscription. Credits arrive as soon as the payment does.</p>
            \(isSandbox ? Self.sandboxNote : nil)
            \(choice)
            <ul class="packs">\(packs.map(card))</ul>
            <div class="message" role="status" aria-live="polite" data-message></div>
            </section>
            \(PurchaseTable(records: purchases).html)
            <section aria-labelledby="balance" class="balance">
            <h2 id="balance">Your balance</h2>
            \(breakdown)
            </section>
            """
        )
    }

    private static let sandboxNote: HTML = """
        <p class="note"><span class="tag">Sandbox</span> No payment provider's key is set, so a sandbox takes the
        payment and nothing is charged. Refunds, disputes and lost webhooks are at
        <a href="/sandbox">the sandbox's controls</a>.</p>
        """

    // MARK: Back from the checkout

    private var banner: HTML? {
        switch arrival {
        case .plain: nil
        case .cancelled: Self.banner("The checkout was cancelled. Nothing was charged.")
        case .confirming(let purchase): Self.waiting(for: purchase)
        case .bought(let record): banner(for: record)
        }
    }

    private func banner(for record: Purchase.Record) -> HTML {
        switch record.position.status {
        case .paid:
            """
            <p class="banner good" role="status"><strong>\(record.position.credits) credits have arrived.</strong>
            You have \(balance.remaining) now. <a href="/">Back to painting</a></p>
            """
        case .opened: Self.waiting(for: record.purchase.id)
        case .pending:
            Self.banner(
                "Your payment is on its way, which can take days. Its credits arrive as soon as the money does."
            )
        case .failed:
            Self.banner("The payment failed, and nothing was charged. Try again or choose another way to pay.")
        case .expired: Self.banner("That checkout has expired. Nothing was charged.")
        case .held:
            Self.banner("Your payment differs from the checkout. A person is checking it.")
        case .partlyRefunded, .refunded: Self.banner("That purchase was refunded.")
        case .disputed, .chargedBack: Self.banner("That payment is being disputed with your bank.")
        @unknown default: Self.waiting(for: record.purchase.id)
        }
    }

    private static func banner(_ words: String) -> HTML {
        "<p class=\"banner\" role=\"status\">\(words)</p>"
    }

    private static func waiting(for purchase: Purchase.ID) -> HTML {
        """
        <p class="banner" role="status" data-confirming="\(purchase)">Waiting for the payment. Its credits appear here as
        soon as it arrives.</p>
        """
    }

    // MARK: Packs

    private var choice: HTML? {
        guard sellers.count > 1 else { return nil }
        let options: [HTML] = sellers.enumerated().map { index, seller in
            """
            <label class="option"><input type="radio" name="provider" value="\(seller)"\(index == 0 ? " checked" : "")>
            <span>\(PurchaseTable.title(of: seller))</span></label>
            """
        }
        return "<fieldset class=\"sellers\"><legend>Pay with</legend>\(options)</fieldset>"
    }

    private func card(_ pack: Policy.Pack) -> HTML {
        """
        <li class="ticket">
        <p class="big"><strong>\(pack.credits)</strong> credits</p>
        <p class="rate">\(pack.pricePerCredit) each</p>
        <div class="stub"><p class="money">\(pack.price.symbolic)\(pack.isSoldByQuantity ? " × " : "")\(quantity(pack))</p>
        <button class="primary" type="button" data-buy="\(pack.name)"
        aria-label="Buy \(pack.credits) credits for \(pack.price.symbolic)">Buy</button></div>
        </li>
        """
    }

    private func quantity(_ pack: Policy.Pack) -> HTML? {
        guard pack.isSoldByQuantity else { return nil }
        let range = pack.quantities
        return """
            <input type="number" data-quantity min="\(range.lowerBound)" max="\(range.upperBound)"
            value="\(range.lowerBound)" aria-label="How many times \(pack.credits) credits">
            """
    }

    // MARK: Balance

    private var breakdown: HTML {
        let rows: [HTML] = balance.sources.map { source, credits in
            "<tr><th scope=\"row\">From \(source.name)</th><td>\(credits)</td></tr>"
        }
        return """
            <table class="figures">
            <tbody>\(rows)
            \(row("On hold", balance.held))
            \(row("Owed (paid from your next credits)", balance.debt))
            </tbody>
            <tfoot><tr><th scope="row">To spend</th><td>\(balance.remaining)</td></tr></tfoot>
            </table>
            <p class="note">Received \(balance.total) in all, \(balance.used) used\(takenBack).
            <a href="/history">See the history</a></p>
            """
    }

    private var takenBack: String {
        balance.reversed > .zero ? ", \(balance.reversed) taken back" : ""
    }

    private func row(_ name: String, _ credits: Credits) -> HTML? {
        credits > 0 ? "<tr><th scope=\"row\">\(name)</th><td>\(credits)</td></tr>" : nil
    }
}

extension GrantSource {
    /// The name that people see.
    fileprivate var name: String {
        switch self {
        case .purchase: "purchases"
        case .plan: "your plan"
        case .promotion: "promotions"
        case .adjustment: "adjustments"
        @unknown default: rawValue
        }
    }
}

extension Money {
    /// The amount as people write it: `$10`, `$18.50`. Other currencies are written as in policy files.
    var symbolic: String {
        guard currency == "USD" else { return description }
        let cents = minorUnits % 100
        return "$\(minorUnits / 100)\(cents == 0 ? "" : cents < 10 ? ".0\(cents)" : ".\(cents)")"
    }
}

extension Policy.Pack {
    fileprivate var isSoldByQuantity: Bool { quantities.count > 1 }

    /// The rounded price of one credit, so that customers can compare packs.
    fileprivate var pricePerCredit: String {
        let rounded = (price.minorUnits + credits.rawValue / 2) / max(1, credits.rawValue)
        return price.currency == "USD" && rounded < 100
            ? "\(rounded)¢" : Money(minorUnits: rounded, currency: price.currency).symbolic
    }
}
