public import Faregate

/// By the words of the protocol that ``PurchaseLedger`` replaces. This file goes with it.
extension SQLiteLedger: FormerPurchaseLedger {
    public func attach(
        checkout: String,
        to purchase: PurchaseID,
        at now: Timestamp
    ) async throws(LedgerError) {
        _ = try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                try connection.attach(checkout, page: nil, until: nil, to: purchase, at: now)
            }
        }
    }

    public func store(_ event: InboxEvent, at now: Timestamp) async throws(LedgerError) -> Bool {
        try await writer.write { connection throws(SQLiteError) in try connection.store(event, at: now).state != .done }
    }

    public func fulfil(_ payment: PaymentReceived, at now: Timestamp) async throws(LedgerError) -> Fulfilment {
        try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                let fulfilment = try connection.fulfil(payment, at: now)
                let event = try connection.number(of: payment.event)
                if case .flagged(let flag) = fulfilment {
                    try connection.run(.closeEvent, event, "flagged", flag.rawValue, now)
                } else {
                    try connection.run(.closeEvent, event, "done", String?.none, now)
                }
                return fulfilment
            }
        }
    }

    public func dismiss(_ event: InboxEventID, at now: Timestamp) async throws(LedgerError) {
        _ = try await writer.write { connection throws(SQLiteError) in
            try connection.run(.closeEvent, try connection.number(of: event), "done", "asks for nothing", now)
        }
    }

    public func postpone(
        _ event: InboxEventID,
        because error: String,
        at now: Timestamp
    ) async throws(LedgerError) {
        _ = try await writer.write { connection throws(SQLiteError) in
            try connection.run(.postponeEvent, try connection.number(of: event), error, now)
        }
    }
}

extension Connection {
    fileprivate func number(of event: InboxEventID) throws(SQLiteError) -> Int64? {
        try integer(
            "SELECT id FROM inbox WHERE provider = '\(event.provider.escaped)' AND event = '\(event.event.escaped)'"
        )
    }

    fileprivate func fulfil(_ payment: PaymentReceived, at now: Timestamp) throws(SQLiteError) -> Fulfilment {
        guard let amount = payment.amount else { return .flagged(.amountMismatch) }
        let payments = [payment.payment].compactMap(\.self)
        let event = PurchaseEvent(
            names: PurchaseNames(purchase: payment.purchase, checkout: payment.checkout, payments: payments),
            fact: .paid(payment: payment.payment ?? payment.checkout, amount: amount, tax: 0)
        )
        guard case .ofPurchase(let change, let order) = try learn(event, of: payment.event.provider, at: now) else {
            return .flagged(.unknownPurchase)
        }
        guard let purchase = try purchase(ofOrder: order) else { throw .inconsistent("a purchase is not there") }
        if try position(of: purchase).flags.contains(.amountMismatch) { return .flagged(.amountMismatch) }
        return change == nil
            ? .alreadyCredited(purchase.purchase.account)
            : .credited(purchase.purchase.account, purchase.purchase.credits)
    }
}

extension String {
    fileprivate var escaped: String { replacing("'", with: "''") }
}
