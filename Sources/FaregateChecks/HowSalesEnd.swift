package import Faregate
import FaregateSandbox
import FaregateTesting

/// The credits that each kind of sale grants, and the decisions that a person must make. The table in the guide
/// <doc:SellingCredits> is made from it. A test makes each of these sales, and a script compares them with the
/// providers' SDKs.
package enum HowSalesEnd {
    /// A kind of sale of a pack of 100 credits for 10.00 USD.
    package enum Happening: String, CaseIterable, Sendable {
        case paid, quantity, taxOnTop, taxWithin
        case coupon, code, couponAndTax, freeOrder
        case localCurrency, chosenCurrency, keptCustomer
        case delayed, arrived, bounced
        case refundOfPart, refundOfPartAfterCoupon, refundOfTax, refundOfTaxAndPart, refundOfAll, failedRefund
        case dispute, disputeWon, disputeLost, disputeLostInPart
        case otherCart
    }

    /// One line of the table. A provider's credits are nil if it doesn't offer this kind of sale.
    package struct Row: Sendable {
        package let happening: Happening
        let title: String
        package let stripe: Int64?
        package let dodo: Int64?
        /// Why a person must decide.
        package let flags: Set<Purchase.Flag>
    }

    package static let rows: [Row] = [
        row(.paid, "paid", 100, 100),
        row(.quantity, "three packs", 300, 300),
        row(.taxOnTop, "20 % tax on top: 12.00 USD", 100, 100),
        row(.taxWithin, "20 % tax within the price", 100, 100),
        row(.coupon, "a coupon of 25 % that the shop applies", 100, 100),
        row(.code, "a code for 25 % that the customer types", 100, 100),
        row(.couponAndTax, "a coupon of 25 %, and 20 % tax on top of the reduced price", 100, 100),
        row(.freeOrder, "a coupon of 100 %", 100, 100),
        row(.localCurrency, "shown and paid in the customer's own currency (Adaptive Pricing)", 100, nil),
        row(.chosenCurrency, "the price also has amounts in other currencies (`currency_options`)", 100, nil),
        row(.keptCustomer, "paid by the account's own customer (`keepsCustomers`)", 100, 100),
        row(.delayed, "a delayed payment method, while the money is on its way", 0, 0),
        row(.arrived, "the money of the delayed payment arrives", 100, 100),
        row(.bounced, "the delayed payment fails", 0, 0),
        row(.refundOfPart, "3.00 USD refunded", 70, 70),
        row(.refundOfPartAfterCoupon, "a coupon of 25 %, then half of the payment refunded", 50, 50),
        row(.refundOfTax, "only the tax refunded", 100, 100),
        row(.refundOfTaxAndPart, "the tax and 3.00 USD refunded, in two refunds", 70, 70),
        row(.refundOfAll, "all refunded", 0, 0),
        row(.failedRefund, "all refunded, but the refund fails", 100, 100),
        // Dodo holds the money from the first day.
        row(.dispute, "a dispute is opened", 100, 0),
        row(.disputeWon, "the dispute is won", 100, 100),
        row(.disputeLost, "the dispute is lost", 0, 0),
        row(
            .disputeLostInPart,
            "1.00 USD refunded, then a dispute of the whole payment lost; Stripe gives that 1.00 USD back to the shop",
            0, nil),
        row(.otherCart, "a product other than the sold one was paid for", nil, 0, [.packMismatch]),
    ]

    private static func row(
        _ happening: Happening,
        _ title: String,
        _ stripe: Int64?,
        _ dodo: Int64?,
        _ flags: Set<Purchase.Flag> = []
    ) -> Row {
        Row(happening: happening, title: title, stripe: stripe, dodo: dodo, flags: flags)
    }

    /// Returns the table as the guide has it.
    package static var guide: String {
        let head = ["| what happened | at Stripe | at Dodo | what a person must do |", "|---|---|---|---|"]
        let lines = rows.map { row in
            let asked = row.flags.map(\.rawValue).sorted().joined(separator: ", ")
            let cells = [row.title, row.stripe.map { "\($0)" } ?? "–", row.dodo.map { "\($0)" } ?? "–"]
            return
                "| \((cells + [asked.isEmpty ? "nothing" : "`\(asked)`: approve, or refund"]).joined(separator: " | ")) |"
        }
        return (head + lines).joined(separator: "\n")
    }
}
