import Faregate

/// The table of an account's purchases, latest first.
struct PurchaseTable {
    let records: [Purchase.Record]

    /// The records to show: all except unpaid checkouts.
    private var shown: [Purchase.Record] {
        records.filter { $0.position.status != .opened && $0.position.status != .expired }
    }

    var html: HTML? {
        guard !shown.isEmpty else { return nil }
        return """
            <section aria-labelledby="purchases" class="purchases">
            <h2 id="purchases">Your purchases</h2>
            <div class="scroll"><table class="history">
            <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Paid with</th>
            <th scope="col">Status</th><th scope="col" class="number">Amount</th><th scope="col">Billed to</th>
            <th scope="col">Receipt</th></tr></thead>
            <tbody>\(shown.map(row))</tbody>
            </table></div>
            </section>
            """
    }

    private func row(_ record: Purchase.Record) -> HTML {
        let purchase = record.purchase
        let at = record.paidAt ?? record.openedAt
        return """
            <tr><td><time datetime="\(at)">\(at.description.prefix(16).replacing("T", with: " ")) UTC</time></td>
            <td>\(purchase.credits) credits\(purchase.quantity > 1 ? " (\(purchase.quantity) × \(purchase.pack))" : "")</td>
            <td>\(Self.title(of: purchase.provider))</td>
            <td><span class="tag\(record.position.status == .paid ? " good" : "")">\(Self.words(for: record))</span></td>
            <td class="number">\(Self.amount(of: record).symbolic)</td>
            <td>\(record.billing.flatMap(Self.billedTo))</td>
            <td>\(record.billing?.receipt.map { "<a href=\"\($0)\" rel=\"noopener\">Receipt</a>" as HTML })</td></tr>
            """
    }

    /// What was paid, after a discount and with tax; before a payment, the price.
    private static func amount(of record: Purchase.Record) -> Money {
        for case .paid(_, let amount, _, _) in record.facts { return amount }
        return record.purchase.price
    }

    /// The name, email and address that the customer gave the provider.
    private static func billedTo(_ billing: Purchase.BillingDetails) -> HTML? {
        let address = billing.address.isEmpty ? nil : billing.address.joined(separator: ", ")
        let lines = [billing.name, billing.email, address].compactMap(\.self)
        guard !lines.isEmpty else { return nil }
        let spans: [HTML] = lines.map { "<span>\($0)</span>" }
        return "<address>\(spans)</address>"
    }

    private static func words(for record: Purchase.Record) -> String {
        let left = record.position.credits
        return switch record.position.status {
        case .pending: "money on its way"
        case .partlyRefunded: "partly refunded, \(left) credits left"
        case .held: "being checked"
        case let status: status.rawValue
        }
    }

    static func title(of provider: String) -> String {
        switch provider {
        case "stripe": "Stripe"
        case "dodo": "Dodo Payments"
        default: provider
        }
    }
}
