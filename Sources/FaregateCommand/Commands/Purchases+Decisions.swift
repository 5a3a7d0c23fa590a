import Faregate
import Foundation

extension Purchases {
    private struct Decided: Encodable {
        let purchase: PurchaseView
        let decided: Bool
    }

    /// Approves a payment that differs from the sale, and grants the credits that were sold.
    static func approve(_ context: Context) async throws -> ExitCode {
        let id = try Purchase.ID(context.words("approve", "ID")[1])
        let note = try context.note()
        return try await context.withLedger { ledger in
            let before = try await find(id, in: ledger)
            guard before.position.awaitsApproval else {
                throw Failure.refused(notWaiting(before))
            }
            let view = PurchaseView(before)
            let question = "grant the \(view.credits) credits that were sold, although \(view.difference)?"
            return try await decide(.approve, of: before, note, asking: question, "is approved", in: ledger, context)
        }
    }

    /// Why there is nothing to approve, and what to do instead.
    private static func notWaiting(_ record: Purchase.Record) -> String {
        let id = record.purchase.id
        guard record.position.status == .opened, let step = PurchaseView(record).nextStep else {
            return "\(id) doesn't wait for approval: its status is \(record.position.status.rawValue)"
        }
        return "\(id) \(step.printable)"
    }

    /// Sets how much a refund or a dispute took if the provider's amount can't be compared with the payment's.
    static func resolve(_ context: Context) async throws -> ExitCode {
        let id = try Purchase.ID(context.words("resolve", "ID")[1])
        let claimID = try context.arguments.needed("claim", "which refund or dispute")
        let text = try context.arguments.needed("amount", "how much of the payment it took, such as \"5.00 USD\"")
        let note = try context.note()
        return try await context.withLedger { ledger in
            let before = try await find(id, in: ledger)
            let claims = before.position.undecided
            guard let claim = claims.first(where: { ExactText($0.id) == ExactText(claimID) }) else {
                let waiting = claims.map(\.sentence).joined(separator: "; ")
                let hint = claims.isEmpty ? "no refund or dispute of \(id) needs one" : "these do: \(waiting)"
                throw Failure.refused("\"\(claimID)\" of \(id) doesn't need an amount; \(hint)")
            }
            let amount = try counted(text, of: claim.payment)
            let question = "record that \(claim.subject) took \(amount) of \(claim.payment)?"
            let decision = Purchase.Decision.count(claim: claim.id, amount)
            return try await decide(decision, of: before, note, asking: question, "is resolved", in: ledger, context)
        }
    }

    /// Zero is allowed: a refund can take nothing.
    private static func counted(_ text: String, of payment: Money) throws -> Money {
        let zero = Money(minorUnits: 0, currency: payment.currency)
        let amount = text == zero.description || text == "0 \(zero.currency)" ? zero : try Money(parsing: text)
        guard amount.currency == payment.currency, amount.minorUnits <= payment.minorUnits else {
            throw Failure.refused(
                "the payment was \(payment), so --amount must be in \(zero.currency) and at most that, not \(amount)")
        }
        return amount
    }

    private static func decide(
        _ decision: Purchase.Decision,
        of before: Purchase.Record,
        _ note: Ledger.Note,
        asking question: String,
        _ outcome: String,
        in ledger: any PurchaseBackend,
        _ context: Context
    ) async throws -> ExitCode {
        let id = before.purchase.id
        guard context.agrees(to: question, showing: [PurchaseView(before).text]) else {
            Output.error("nothing was changed; add --yes to agree")
            return .refused
        }
        guard let change = try await ledger.decide(decision, of: id, note, at: context.clock.now) else {
            throw Failure.refused("the ledger has no purchase \"\(id)\"")
        }
        let after = PurchaseView(try await find(id, in: ledger))
        let text = "\(id) \(outcome): \(after.account) has \(change.after?.credits ?? 0) credits from this purchase"
        try context.show(Decided(purchase: after, decided: true), as: text)
        return .done
    }
}
