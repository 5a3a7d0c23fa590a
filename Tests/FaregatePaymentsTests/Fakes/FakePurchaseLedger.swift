import Faregate

/// Purchases and the inbox in memory, and what the ledger was asked for. It can be told to fail.
final class FakePurchaseLedger: FormerPurchaseLedger {
    enum Step: Hashable {
        case record, attach, store, fulfil, dismiss, postpone
    }

    enum InboxState: Hashable {
        case open
        case done
        case flagged(Fulfilment.Flag)
        case postponed(String)
    }

    struct State {
        var purchases: [String: Purchase] = [:]
        var checkouts: [String: PurchaseID] = [:]
        var credited: [PurchaseID: Credits] = [:]
        var inbox: [InboxEventID: InboxState] = [:]
        var bodies: [InboxEventID: InboxEvent] = [:]
        var payments: [PaymentReceived] = []
        var steps: [Step] = []
        var failures: [Step: Int] = [:]
    }

    static let outOfReach = LedgerError(.busy, "the ledger is locked")

    private let state = Mutex(State())

    var seen: State { state.withLock { $0 } }

    func fail(_ step: Step, times: Int = 1) {
        state.withLock { $0.failures[step] = times }
    }

    private func perform<Value: Sendable>(
        _ step: Step,
        _ change: (inout State) throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value {
        let result: Result<Value, LedgerError> = state.withLock { state in
            state.steps.append(step)
            if let left = state.failures[step], left > 0 {
                state.failures[step] = left - 1
                return .failure(FakePurchaseLedger.outOfReach)
            }
            do throws(LedgerError) {
                return .success(try change(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try perform(.record) { $0.purchases[purchase.id.rawValue] = purchase }
    }

    func attach(checkout: String, to purchase: PurchaseID, at now: Timestamp) async throws(LedgerError) {
        try perform(.attach) { $0.checkouts[checkout] = purchase }
    }

    func store(_ event: InboxEvent, at now: Timestamp) async throws(LedgerError) -> Bool {
        try perform(.store) { state in
            state.bodies[event.id] = event
            if state.inbox[event.id] == nil { state.inbox[event.id] = .open }
            return state.inbox[event.id] != .done
        }
    }

    func fulfil(_ payment: PaymentReceived, at now: Timestamp) async throws(LedgerError) -> Fulfilment {
        try perform(.fulfil) { state in
            state.payments.append(payment)
            let id = state.checkouts[payment.checkout]?.rawValue ?? payment.purchase
            guard let purchase = id.flatMap({ state.purchases[$0] }) else {
                state.inbox[payment.event] = .flagged(.unknownPurchase)
                return .flagged(.unknownPurchase)
            }
            guard payment.amount == purchase.price else {
                state.inbox[payment.event] = .flagged(.amountMismatch)
                return .flagged(.amountMismatch)
            }
            state.inbox[payment.event] = .done
            guard state.credited[purchase.id] == nil else { return .alreadyCredited(purchase.account) }
            state.credited[purchase.id] = purchase.credits
            return .credited(purchase.account, purchase.credits)
        }
    }

    func dismiss(_ event: InboxEventID, at now: Timestamp) async throws(LedgerError) {
        try perform(.dismiss) { $0.inbox[event] = .done }
    }

    func postpone(_ event: InboxEventID, because error: String, at now: Timestamp) async throws(LedgerError) {
        try perform(.postpone) { $0.inbox[event] = .postponed(error) }
    }
}
