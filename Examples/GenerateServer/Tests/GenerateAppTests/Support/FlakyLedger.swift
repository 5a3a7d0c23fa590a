import Faregate
import Synchronization

/// A ledger that fails to act on payments as often as it is told to, and otherwise does what it should.
final class FlakyLedger: FormerPurchaseLedger {
    private let ledger: any FormerPurchaseLedger
    private let failuresLeft: Mutex<Int>

    init(_ ledger: any FormerPurchaseLedger, failures: Int) {
        self.ledger = ledger
        failuresLeft = Mutex(failures)
    }

    func fulfil(_ payment: PaymentReceived, at now: Timestamp) async throws(LedgerError) -> Fulfilment {
        let fails = failuresLeft.withLock { left in
            left -= 1
            return left >= 0
        }
        if fails { throw LedgerError(.full, "the disk is full; make room") }
        return try await ledger.fulfil(payment, at: now)
    }

    func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try await ledger.record(purchase, under: plans, at: now)
    }

    func attach(checkout: String, to purchase: PurchaseID, at now: Timestamp) async throws(LedgerError) {
        try await ledger.attach(checkout: checkout, to: purchase, at: now)
    }

    func store(_ event: InboxEvent, at now: Timestamp) async throws(LedgerError) -> Bool {
        try await ledger.store(event, at: now)
    }

    func dismiss(_ event: InboxEventID, at now: Timestamp) async throws(LedgerError) {
        try await ledger.dismiss(event, at: now)
    }

    func postpone(_ event: InboxEventID, because error: String, at now: Timestamp) async throws(LedgerError) {
        try await ledger.postpone(event, because: error, at: now)
    }
}
