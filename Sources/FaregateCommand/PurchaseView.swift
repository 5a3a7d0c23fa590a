import Faregate
import Foundation

/// A purchase as the tool shows it.
struct PurchaseView: Encodable {
    let id: Purchase.ID
    let account: AccountID
    let provider: String
    let checkout: String?
    let pack: String
    /// The pack's id at the provider.
    let product: String?
    let quantity: Int
    let price: Money
    /// The number of credits sold.
    let credits: Credits
    /// The actions that the credits pay for; nil for all.
    let actions: [String]?
    /// The credits that the account has received, after refunds.
    let granted: Credits
    let status: Purchase.Status
    let flags: [Purchase.Flag]
    /// The differences between the payments and the sale, a sentence each; also after an approval.
    let differences: [String]
    /// The refunds and disputes that need an amount from a person, a sentence each.
    let undecided: [String]
    let policyVersion: String
    let openedAt: Timestamp
    let paidAt: Timestamp?
    let facts: [Purchase.Fact]
    /// Nil in lists, because it is personal data.
    var billing: Purchase.BillingDetails?
    /// What somebody has to do now, in words.
    let nextStep: String?

    /// - Parameter now: for the next step.
    init(_ record: Purchase.Record, at now: Timestamp = SystemClock().now) {
        let purchase = record.purchase
        (id, account, provider, checkout) = (purchase.id, purchase.account, purchase.provider, record.checkout)
        (pack, product, quantity) = (purchase.pack, purchase.product, purchase.quantity)
        (price, credits, actions) = (purchase.price, purchase.credits, purchase.actions)
        (granted, status) = (record.position.credits, record.position.status)
        flags = record.position.flags.sorted { $0.rawValue < $1.rawValue }
        differences = record.facts.compactMap { $0.difference(from: purchase) }
        undecided = record.position.undecided.map(\.sentence)
        (policyVersion, openedAt, paidAt) = (purchase.policyVersion, record.openedAt, record.paidAt)
        (facts, billing) = (record.facts, record.billing)
        nextStep = PurchaseView.nextStep(of: record, at: now)
    }

    /// For a list.
    static func withoutPayer(_ record: Purchase.Record) -> PurchaseView {
        var view = PurchaseView(record)
        view.billing = nil
        return view
    }

    /// The differences in one line.
    var difference: String { differences.joined(separator: "; ") }

    var text: String {
        let rows: [(String, String?)] = [
            ("account", account.rawValue),
            ("sold", "\(quantity == 1 ? "" : "\(quantity) × ")pack \(pack): \(credits) credits for \(price)"),
            ("pays for", actions.map(listInWords)),
            ("status", status.rawValue),
            ("granted", "\(granted) credits, after refunds"),
            ("review", flags.isEmpty ? nil : flags.map(\.rawValue).joined(separator: ", ")),
            ("differs", difference.nilIfEmpty),
            ("next", nextStep),
            ("resolve", undecided.joined(separator: "; ").nilIfEmpty),
            ("product", product.map { "\($0) at \(provider)" }),
            ("checkout", checkout.map { "\($0) at \(provider)" } ?? "none known at \(provider)"),
            ("policy", "version \(policyVersion)"),
            ("opened", openedAt.toSecond),
            ("paid", paidAt?.toSecond),
            ("paid by", [billing?.name, billing?.email].compactMap(\.self).joined(separator: ", ").nilIfEmpty),
            ("address", billing?.address.joined(separator: ", ").nilIfEmpty),
            ("receipt", billing?.receipt?.absoluteString),
        ]
        var lines = ["purchase \(id.rawValue.printable)", ""]
        lines += rows.compactMap { name, value in value.map { "  " + name.padded(to: 10) + $0.printable } }
        if !facts.isEmpty {
            lines += ["", "facts:"] + facts.map { "  \($0.sentence.printable)" }
        }
        return lines.joined(separator: "\n")
    }
}

extension Purchase.Record {
    /// Why a person should review it, in one line.
    var flags: String { position.flags.map(\.rawValue).sorted().joined(separator: ", ") }
}

extension Purchase.UndecidedClaim {
    /// The claim without its amount, for people.
    var subject: String { kind == .refundsSoFar ? "the refunds of \(id) so far" : "\(kind.rawValue) \(id)" }

    /// For people.
    var sentence: String {
        let amount = stated.map { kind == .refundsSoFar ? ", \($0)" : " of \($0)" } ?? ""
        return "\(subject)\(amount) (the payment was \(payment))"
    }
}

extension Purchase.Fact {
    /// How it differs from the sale, for people; nil if it doesn't or is about something else.
    fileprivate func difference(from purchase: Purchase) -> String? {
        switch self {
        case .paid(let payment, let amount, let tax, let discount)
        where !purchase.isPrice(amount, tax: tax, discount: discount):
            "\(payment) paid \(amount)\(discount.words(in: amount.currency)), not \(purchase.price)"
        case .bought(let payment, let cart):
            purchase.sold.flatMap { cart.isExactly($0) ? nil : "\(payment) is for \(cart), not \($0)" }
        default: nil
        }
    }

    /// For people.
    fileprivate var sentence: String {
        switch self {
        case .opened: "the checkout was opened"
        case .pending(let payment): "\(payment) is pending"
        case .paid(let payment, let amount, let tax, let discount):
            "\(payment) paid \(amount)\(discount.words(in: amount.currency))"
                + (tax > 0 ? ", including \(Money(minorUnits: tax, currency: amount.currency)) tax" : "")
        case .bought(let payment, let cart): "\(payment) is for \(cart)"
        case .paymentFailed(let payment): "\(payment) failed"
        case .expired: "the checkout expired unpaid"
        case .refund(let id, let payment, let amount, let status):
            "refund \(id) of \(part(amount, of: payment)): \(status.rawValue)"
        case .refundedSoFar(let payment, let amount):
            "\(amount?.description ?? "all") of \(payment) was refunded so far"
        case .dispute(let id, let payment, let amount, let step):
            "dispute \(id) over \(part(amount, of: payment)): \(step.words)"
        case .disputeMoved(let id, let payment, _, let amount):
            "dispute \(id) of \(payment): \(amount.withoutSign) \(amount.minorUnits < 0 ? "withdrawn" : "paid back")"
        case .approved: "approved by a person"
        case .counted(let id, let amount, let stated):
            "a person set the amount of \(id) to \(amount)"
                + (stated.map { "; the provider had reported \($0)" } ?? "")
        }
    }

    private func part(_ amount: Money?, of payment: String) -> String {
        amount.map { "\($0) of \(payment)" } ?? "the whole payment \(payment)"
    }
}

extension Money {
    fileprivate var withoutSign: Money {
        Money(minorUnits: Int64(clamping: minorUnits.magnitude), currency: currency)
    }
}

extension Purchase.Discount {
    /// The text after an amount.
    fileprivate func words(in currency: String) -> String {
        guard let minorUnits else { return " after a discount" }
        return minorUnits == 0 ? "" : " after a discount of \(Money(minorUnits: minorUnits, currency: currency))"
    }
}

extension Purchase.DisputeStep {
    fileprivate var words: String {
        switch self {
        case .warning: "an inquiry"
        case .warningClosed: "the inquiry was closed"
        case .opened, .withdrawn, .reinstated, .won, .lost: rawValue
        }
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
