import Faregate
import FaregateSandbox

/// The page with the sandbox's controls. It shows the latest checkouts, each with a button for every act that is
/// possible next.
struct SandboxControlPage {
    struct Panel {
        let provider: SandboxProvider
        let isHolding: Bool
        let waiting: Int
        let checkouts: [SandboxCheckout]
    }

    let panels: [Panel]
    let note: String?

    var html: HTML {
        let names = panels.map(\.provider.title).joined(separator: " and ")
        return SandboxLayout(title: "Sandbox controls", provider: names).page(
            """
            <h1>What happens next?</h1>
            <p class="lead">Act as the customer, the bank or the network, and see the result on the shop's
            <a href="/billing">billing page</a>. Amounts are in cents. An empty amount is the whole payment.</p>
            \(note.map { "<p class=\"banner\" role=\"alert\">\($0)</p>" })
            \(panels.map(panel))
            """
        )
    }

    private func panel(_ panel: Panel) -> HTML {
        let id = panel.provider.name
        return """
            <section class="panel" aria-labelledby="\(id)">
            <h2 id="\(id)">\(panel.provider.title)</h2>
            \(webhooks(panel))
            \(panel.checkouts.isEmpty ? nothing : list(panel))
            </section>
            """
    }

    private var nothing: HTML {
        "<p class=\"empty\">No checkout yet. <a href=\"/billing\">Buy credits</a> first.</p>"
    }

    private func webhooks(_ panel: Panel) -> HTML {
        let state =
            panel.isHolding
            ? "held back: \(panel.waiting) waiting"
            : panel.waiting > 0 ? "\(panel.waiting) waiting" : "delivered at once"
        let actions: [(String, String)] =
            panel.isHolding || panel.waiting > 0
            ? [
                ("deliver", "Deliver now"), ("shuffle", "Shuffle"), ("duplicate", "Each one twice"),
                ("lose", "Lose them"),
            ] : [("hold", "Hold back")]
        let buttons: [HTML] = actions.map { "<button type=\"submit\" name=\"action\" value=\"\($0)\">\($1)</button>" }
        return """
            <form method="post" action="\(panel.provider.path)/webhooks" class="webhook-actions">
            <span>Webhooks are <strong>\(state)</strong></span> \(buttons)</form>
            """
    }

    private func list(_ panel: Panel) -> HTML {
        "<ul class=\"orders\">\(panel.checkouts.map { order($0, panel.provider) })</ul>"
    }

    private func order(_ checkout: SandboxCheckout, _ provider: SandboxProvider) -> HTML {
        let acts = provider.sandbox.acts(on: checkout.id)
        return """
            <li class="card">
            <p class="head"><strong>\(checkout.total.symbolic)</strong> \(provider.goods(checkout))
            <span class="tag">\(Self.state(of: checkout))</span></p>
            \(checkout.payment.map { Self.details(of: $0, in: checkout.total.currency) })
            <div class="acts">\(acts.map { Self.button($0, checkout, provider) })
            \(checkout.payment == nil ? nil : Self.redelivery(checkout, provider))</div>
            </li>
            """
    }

    private static func state(of checkout: SandboxCheckout) -> String {
        switch (checkout.state, checkout.payment?.state) {
        case (.open, .failed): "declined, still open"
        case (.open, _): "open"
        case (.expired, _): "expired"
        case (.complete, .processing): "money on its way"
        case (.complete, .failed): "payment failed"
        case (.complete, _): "paid"
        }
    }

    private static func details(of payment: SandboxPayment, in currency: String) -> HTML {
        let refunds: [HTML] = payment.refunds.map {
            "<li>Refund of \(Money(minorUnits: $0.minorUnits, currency: currency).symbolic): \($0.state.rawValue)</li>"
        }
        let disputes: [HTML] = payment.disputes.map {
            let amount = Money(minorUnits: $0.minorUnits, currency: currency).symbolic
            return "<li>Dispute of \(amount): \($0.state.rawValue)\($0.hasTaken ? ", money taken" : "")</li>"
        }
        return "<ul class=\"note\">\(refunds + disputes)</ul>"
    }

    private static func button(_ act: SandboxAct, _ checkout: SandboxCheckout, _ provider: SandboxProvider) -> HTML {
        let words = words(for: act.kind) + (act.kind == .enterCode ? " \(act.object ?? "")" : "")
        let takesAmount = [.refund, .refundLater, .warn, .dispute, .reinstateFunds].contains(act.kind)
        let amount: HTML? =
            takesAmount
            ? "<input name=\"amount\" inputmode=\"numeric\" placeholder=\"cents\" aria-label=\"\(words), in cents\">"
            : nil
        return """
            <form method="post" action="\(provider.path)/acts/\(checkout.id)">
            <input type="hidden" name="object" value="\(act.object ?? "")">\(amount)
            <button type="submit" name="act" value="\(act.kind.rawValue)">\(words)</button></form>
            """
    }

    private static func redelivery(_ checkout: SandboxCheckout, _ provider: SandboxProvider) -> HTML {
        """
        <form method="post" action="\(provider.path)/webhooks"><input type="hidden" name="checkout" value="\(checkout.id)">
        <button type="submit" name="action" value="redeliver">Send all webhooks again</button></form>
        """
    }

    private static func words(for kind: SandboxAct.Kind) -> String {
        switch kind {
        case .enterCode: "Enter the code"
        case .payLocally: "Pay in another currency"
        case .pay: "Pay"
        case .payLater: "Pay later"
        case .arrive: "The money arrives"
        case .bounce: "The payment fails"
        case .decline: "Decline the card"
        case .expire: "Let it expire"
        case .refund: "Refund"
        case .refundLater: "Refund, pending"
        case .completeRefund: "The refund succeeds"
        case .failRefund: "The refund fails"
        case .cancelRefund: "Cancel the refund"
        case .warn: "The bank inquires"
        case .closeWarning: "The inquiry ends"
        case .dispute: "Dispute"
        case .withdrawFunds: "Take the money"
        case .reinstateFunds: "Give the money back"
        case .win: "The shop wins"
        case .lose: "The shop loses"
        case .challenge: "Send evidence"
        case .accept: "Accept the dispute"
        case .lapse: "Let the dispute expire"
        case .callOff: "Withdraw the dispute"
        case .appeal: "The bank insists"
        }
    }
}
