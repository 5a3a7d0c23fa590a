import Faregate
import FaregateSandbox

/// The frame of the sandbox's pages.
struct SandboxLayout {
    let title: String
    let provider: String

    func page(_ content: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title)</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/app.css">
        </head>
        <body class="checkout">
        <p class="sandbox-bar"><strong>SANDBOX</strong> This is a sandbox of \(provider). No money moves.</p>
        <main id="content">\(content)</main>
        </body>
        </html>
        """
    }
}

/// The sandbox's checkout page. It takes no card.
struct SandboxPage {
    let provider: SandboxProvider
    let checkout: SandboxCheckout?
    /// A failure that the customer should know about.
    let note: String?

    var html: HTML {
        SandboxLayout(title: "Sandbox checkout", provider: provider.title).page(checkout.map(checkoutForm) ?? missing)
    }

    private var missing: HTML {
        """
        <section class="card"><h1>This checkout is gone</h1>
        <p>The sandbox keeps its checkouts in memory, and forgets them when the server stops.</p>
        <p><a class="button" href="/billing">Back to the shop</a></p></section>
        """
    }

    private func checkoutForm(_ checkout: SandboxCheckout) -> HTML {
        """
        <div class="payment">
        <section class="summary" aria-labelledby="pay">
        <p class="eyebrow">Faregate demo</p>
        <h1 id="pay">Pay \(checkout.total.symbolic)</h1>
        <dl><dt>\(provider.goods(checkout))</dt><dd>\(checkout.net.symbolic)</dd>
        <dt>Tax</dt><dd>\(checkout.taxMoney.symbolic)</dd>
        <dt class="sum">Total due</dt><dd class="sum">\(checkout.total.symbolic)</dd></dl>
        </section>
        <section class="card" aria-label="Payment">
        <div class="fake" aria-hidden="true">
        <p>Card</p><div class="field">4242 4242 4242 4242<span>VISA</span></div>
        <div class="pair"><div class="field">12 / 34</div><div class="field">123</div></div>
        </div>
        \(note.map { "<p class=\"banner\" role=\"alert\">\($0)</p>" })
        \(codeField(checkout))
        \(buttons(checkout))
        \(checkout.cancelURL.map { "<p class=\"cancel\"><a href=\"\($0)\">Cancel and go back</a></p>" })
        </section>
        </div>
        """
    }

    /// The field for a discount code, if the shop allows codes and none was entered yet.
    private func codeField(_ checkout: SandboxCheckout) -> HTML? {
        guard provider.codes(for: checkout).isEmpty == false else { return nil }
        return """
            <form method="post" action="\(provider.path)/checkout/\(checkout.id)" class="code">
            <input name="code" placeholder="Discount code: HALF or FREE" aria-label="Discount code" autocomplete="off">
            <button type="submit" name="act" value="enterCode">Apply</button>
            </form>
            """
    }

    private func buttons(_ checkout: SandboxCheckout) -> HTML {
        guard checkout.state == .open else {
            let words = checkout.state == .expired ? "This checkout has expired." : "This checkout is complete."
            return """
                <p>\(words)</p>
                <p><a class="button" href="\(provider.sandbox.returnURL(of: checkout))">Return to the shop</a></p>
                """
        }
        return """
            <form method="post" action="\(provider.path)/checkout/\(checkout.id)" class="ways">
            <button class="primary" type="submit" name="act" value="pay">Pay \(checkout.total.symbolic)</button>
            \(checkout.total.minorUnits == 0 ? nil : Self.otherWays)
            </form>
            <p class="note">To refund or dispute the payment, or to lose its webhooks, use
            <a href="/sandbox">the sandbox's controls</a>.</p>
            """
    }
}

extension SandboxPage {
    private static let otherWays: HTML = """
        <button type="submit" name="act" value="payLater">Pay by bank transfer: the money comes later</button>
        <button type="submit" name="act" value="decline">Use a card that is declined</button>
        """
}

/// The page that the provider's receipt link opens.
struct SandboxReceiptPage {
    let provider: SandboxProvider
    let checkout: SandboxCheckout?

    var html: HTML {
        SandboxLayout(title: "Sandbox receipt", provider: provider.title).page(
            """
            <section class="card receipt">\(checkout.flatMap { $0.isPaid ? paid($0) : nil } ?? Self.missing)
            <p><a class="button" href="/billing">Back to the shop</a></p></section>
            """
        )
    }

    private static let missing: HTML = """
        <h1>No such receipt</h1>
        <p>The sandbox keeps its receipts in memory, and forgets them when the server stops.</p>
        """

    private func paid(_ checkout: SandboxCheckout) -> HTML {
        let refunded = Money(
            minorUnits: checkout.payment?.refundedMinorUnits ?? 0,
            currency: checkout.total.currency
        )
        let refund: HTML? = refunded.minorUnits == 0 ? nil : "<dt>Refunded</dt><dd>−\(refunded.symbolic)</dd>"
        return """
            <p class="eyebrow">\(provider.title)</p>
            <h1>Receipt</h1>
            <dl><dt>\(provider.goods(checkout))</dt><dd>\(checkout.net.symbolic)</dd>
            <dt>Tax</dt><dd>\(checkout.taxMoney.symbolic)</dd>
            <dt class="sum">Paid</dt><dd class="sum">\(checkout.total.symbolic)</dd>\(refund)</dl>
            <p class="note">Payment \(checkout.payment?.id ?? "")</p>
            """
    }
}

extension SandboxCheckout {
    fileprivate var net: Money { Money(minorUnits: total.minorUnits - tax, currency: total.currency) }
    fileprivate var taxMoney: Money { Money(minorUnits: tax, currency: total.currency) }
}
