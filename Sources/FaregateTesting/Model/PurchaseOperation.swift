import Faregate
import Foundation

/// One step of a random history of purchases.
enum PurchaseOperation: CustomStringConvertible {
    case record(Purchase)
    case attach(Purchase.Checkout)
    case receive(Inbox.Event, Inbox.Reading, isForeign: Bool)
    case retry(Inbox.Event.ID, Inbox.Reading)
    case recordEvents([Purchase.Event], isRehearsal: Bool)
    case decide(Purchase.Decision, Purchase.ID)
    case adopt(Purchase, [Purchase.Event])
    case dismiss(Inbox.Event.ID)
    case keep(customer: String, AccountID)
    case drop(customer: String, AccountID)
    case forget(AccountID)
    case performHousekeeping

    /// Whether it belongs to another business and has none of our ids.
    var isForeign: Bool {
        if case .receive(_, _, let isForeign) = self { return isForeign }
        return false
    }

    var event: Inbox.Event.ID? {
        if case .receive(let event, _, _) = self { return event.id }
        return nil
    }

    /// - Returns: the ledger's answer as text.
    func perform(
        on ledger: any PurchaseBackend,
        at now: Timestamp,
        performHousekeeping: @Sendable (Timestamp) async -> Void
    ) async throws -> String {
        do throws(LedgerError) {
            switch self {
            case .record(let purchase):
                try await ledger.record(purchase, under: .empty, at: now)
                return ""
            case .attach(let checkout):
                let attached = try await ledger.attach(checkout, to: checkout.purchase, at: now)
                return "\(attached.checkout) " + text([attached.change].compactMap(\.self))
            case .receive(let event, let reading, _):
                return text(try await ledger.receive(event, reading: reading, at: now))
            case .retry(let event, let reading):
                return try await ledger.retry(event, reading: reading, at: now).map(text) ?? "no event"
            case .recordEvents(let events, let isRehearsal):
                return text(try await ledger.record(events, of: "stripe", isRehearsal: isRehearsal, at: now))
            case .decide(let decision, let purchase):
                let change = try await ledger.decide(decision, of: purchase, Operation.note, at: now)
                return text([change].compactMap(\.self))
            case .adopt(let purchase, let events):
                return text(
                    try await ledger.adopt(
                        purchase, knowing: events, Operation.note, under: .empty, openedAt: now, at: now)
                )
            case .dismiss(let event): return "\(try await ledger.dismiss(event, Operation.note, at: now) as Any)"
            case .keep(let customer, let account):
                guard try await isKnown(account, ledger) else { return "nobody" }
                return try await ledger.keep(customer: customer, of: account, provider: "stripe", at: now)
            case .drop(let customer, let account):
                try await ledger.drop(customer: customer, of: account, provider: "stripe")
                return ""
            case .forget(let account):
                guard try await isKnown(account, ledger) else { return "nobody" }
                return "\(try await ledger.forget(account, Operation.note, at: now) as Any)"
            case .performHousekeeping:
                await performHousekeeping(now)
                return ""
            }
        } catch {
            // Each ledger has its own error texts, so only the codes are compared.
            guard [.forbidden, .tooManyOpen].contains(error.code) else { throw error }
            return "\(error.code.rawValue) \(error.retryAt?.description ?? "")"
        }
    }

    /// The model has an account only if the account has purchases.
    private func isKnown(_ account: AccountID, _ ledger: any PurchaseBackend) async throws(LedgerError) -> Bool {
        try await !ledger.purchases(.account(account, count: 1)).isEmpty
    }

    private func text(_ receipt: Inbox.Receipt) -> String {
        guard case .done(let changes) = receipt else { return "\(receipt)" }
        return text(changes)
    }

    /// The model has no debts.
    private func text(_ changes: [Purchase.Change]) -> String {
        changes.map { change in
            guard let purchase = change.purchase else { return "nobody's" }
            return "\(purchase): \(change.before?.words ?? ""), \(change.after?.words ?? "")"
        }.joined(separator: "; ")
    }

    var description: String {
        switch self {
        case .record(let purchase): "record \(purchase.id) of \(purchase.account)"
        case .attach(let checkout): "attach \(checkout.id) to \(checkout.purchase)"
        case .receive(let event, let reading, _): "receive \(event.id.event): \(reading)"
        case .retry(let event, let reading): "retry \(event.event): \(reading)"
        case .recordEvents(let events, let isRehearsal): "\(isRehearsal ? "rehearse" : "record") \(events)"
        case .decide(let decision, let purchase): "\(decision) of \(purchase)"
        case .adopt(let purchase, let events): "adopt \(purchase.id) with \(events)"
        case .dismiss(let event): "dismiss \(event.event)"
        case .keep(let customer, let account): "keep \(customer) of \(account)"
        case .drop(let customer, let account): "drop \(customer) of \(account)"
        case .forget(let account): "forget \(account)"
        case .performHousekeeping: "housekeeping"
        }
    }
}
