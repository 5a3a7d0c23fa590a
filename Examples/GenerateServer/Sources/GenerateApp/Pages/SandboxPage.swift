import Faregate

/// The sandbox's checkout: looks like one, takes no card.
struct SandboxPage {
    let session: SandboxSession?
    /// Something that went wrong, for the customer.
    let note: String?

    var html: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Sandbox checkout</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/app.css">
        </head>
        <body class="checkout">
        <p class="sandbox-bar"><strong>SANDBOX</strong> This stands in for Stripe. No card is needed, no money moves.</p>
        <main id="content">\(session.map(checkout) ?? missing)</main>
        </body>
        </html>
        """
    }

    private var missing: HTML {
        """
        <section class="card"><h1>This checkout is gone</h1>
        <p>The sandbox keeps its checkouts in memory, and forgets them when the server stops.</p>
        <p><a class="button" href="/billing">Back to the shop</a></p></section>
        """
    }

    private func checkout(_ session: SandboxSession) -> HTML {
        """
        <div class="till">
        <section class="summary" aria-labelledby="pay">
        <p class="eyebrow">Faregate demo</p>
        <h1 id="pay">Pay \(session.total.symbolic)</h1>
        <dl><dt>\(session.pack.credits) credits</dt><dd>\(session.total.symbolic)</dd>
        <dt>Tax</dt><dd>$0</dd><dt class="sum">Total due</dt><dd class="sum">\(session.total.symbolic)</dd></dl>
        </section>
        <section class="card" aria-label="Payment">
        <div class="fake" aria-hidden="true">
        <p>Card</p><div class="field">4242 4242 4242 4242<span>VISA</span></div>
        <div class="pair"><div class="field">12 / 34</div><div class="field">123</div></div>
        </div>
        \(note.map { "<p class=\"banner\" role=\"alert\">\($0)</p>" })
        <form method="post" action="/sandbox/checkout/\(session.id)/pay">
        <button class="primary" type="submit">\(session.isPaid && note == nil ? "Paid. Return to the shop" : "Pay \(session.total.symbolic)")</button>
        </form>
        \(session.cancelURL.map { "<p class=\"cancel\"><a href=\"\($0)\">Cancel and go back</a></p>" })
        </section>
        </div>
        """
    }
}

extension SandboxSession {
    fileprivate var total: Money { Money(minorUnits: amount, currency: currency) }
}
