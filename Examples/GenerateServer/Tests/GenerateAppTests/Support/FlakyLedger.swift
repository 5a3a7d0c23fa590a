import Faregate
import Synchronization

/// A ledger that fails to act on payments as often as it is told to, and otherwise does what it should.
final class FlakyLedger: PurchaseLedger {
    private let ledger: any PurchaseLedger
    private let failuresLeft: Mutex<Int>

    init(_ ledger: any PurchaseLedger, failures: Int) {
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

    func record(_ purchase: Purchase, opening: Opening, at now: Timestamp) async throws(LedgerError) {
        try await ledger.record(purchase, opening: opening, at: now)
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

extension FlakyLedger {
    func open(_ account: AccountID, with opening: Opening, at now: Timestamp) async throws(LedgerError) {
        try await ledger.open(account, with: opening, at: now)
    }

    func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        try await ledger.charge(request, at: now)
    }

    func settle(_ charge: ChargeID, at now: Timestamp) async throws(LedgerError) -> Bool {
        try await ledger.settle(charge, at: now)
    }

    func settleLater(
        _ charge: ChargeID,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<Bool, LedgerError>) -> Void
    ) {
        ledger.settleLater(charge, at: now, completion: completion)
    }

    func refund(_ charge: ChargeID, because reason: RefundReason, at now: Timestamp) async throws(LedgerError) -> Bool {
        try await ledger.refund(charge, because: reason, at: now)
    }

    func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        try await ledger.grant(request, at: now)
    }

    func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> Balance? {
        try await ledger.balance(of: account, at: now)
    }

    func history(
        of account: AccountID,
        after cursor: HistoryCursor?,
        count: Int
    ) async throws(LedgerError) -> HistoryPage {
        try await ledger.history(of: account, after: cursor, count: count)
    }
}
