public import Faregate

extension SQLiteLedger: FormerPurchaseLedger {
    public func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                try connection.attend(purchase.account, under: plans, at: now)
                _ = try connection.run(
                    .insertPurchase,
                    purchase.account,
                    purchase.id.rawValue,
                    purchase.provider,
                    purchase.pack,
                    purchase.credits,
                    purchase.price.minorUnits,
                    purchase.price.currency,
                    purchase.policyVersion,
                    now
                )
            }
        }
    }

    public func attach(
        checkout: String,
        to purchase: PurchaseID,
        at now: Timestamp
    ) async throws(LedgerError) {
        _ = try await writer.write { connection throws(SQLiteError) in
            try connection.run(.attachCheckout, purchase.rawValue, checkout)
        }
    }

    public func store(_ event: InboxEvent, at now: Timestamp) async throws(LedgerError) -> Bool {
        try await writer.write { connection throws(SQLiteError) in
            let id = event.id
            let state = try connection.first(.storeEvent, id.provider, id.event, event.type, event.body, now) {
                $0.text(0)
            }
            return state != "done"
        }
    }

    public func fulfil(_ payment: PaymentReceived, at now: Timestamp) async throws(LedgerError) -> Fulfilment {
        try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                let fulfilment = try connection.fulfil(payment, at: now)
                if case .flagged(let flag) = fulfilment {
                    try connection.closeEvent(payment.event, as: "flagged", note: flag.rawValue, at: now)
                } else {
                    try connection.closeEvent(payment.event, as: "done", note: nil, at: now)
                }
                return fulfilment
            }
        }
    }

    public func dismiss(_ event: InboxEventID, at now: Timestamp) async throws(LedgerError) {
        try await writer.write { connection throws(SQLiteError) in
            try connection.closeEvent(event, as: "done", note: "asks for nothing", at: now)
        }
    }

    public func postpone(
        _ event: InboxEventID,
        because error: String,
        at now: Timestamp
    ) async throws(LedgerError) {
        _ = try await writer.write { connection throws(SQLiteError) in
            try connection.run(.postponeEvent, event.provider, event.event, error)
        }
    }
}

/// What is on record of a purchase that a payment names.
private struct RecordedPurchase {
    let id: String
    let account: String
    let credits: Credits
    let price: Money
    let isPaid: Bool

    init(_ row: Row) throws(SQLiteError) {
        id = row.text(0)
        account = row.text(1)
        credits = try row.credits(3)
        price = Money(minorUnits: row.integer(4), currency: row.text(5))
        isPaid = row.text(6) == "paid"
    }
}

extension Connection {
    fileprivate func fulfil(_ payment: PaymentReceived, at now: Timestamp) throws(SQLiteError) -> Fulfilment {
        let provider = payment.event.provider
        let found = try first(.findPurchase, provider, payment.checkout, payment.purchase, read: RecordedPurchase.init)
        guard let purchase = found, let account = try? AccountID(purchase.account) else {
            return .flagged(.unknownPurchase)
        }
        if purchase.isPaid { return .alreadyCredited(account) }
        guard payment.amount == purchase.price else { return .flagged(.amountMismatch) }

        let reference = "\(provider):\(purchase.id)"
        let grant = NewGrant(reference: reference, source: .purchase, credits: purchase.credits)
        guard let number = try number(of: account), let id = try insertGrant(grant, to: number, at: now) else {
            throw .inconsistent("an unpaid purchase has a grant")
        }
        try run(.payPurchase, purchase.id, payment.checkout, payment.payment, id, now)
        return .credited(account, purchase.credits)
    }

    fileprivate func closeEvent(
        _ event: InboxEventID,
        as state: String,
        note: String?,
        at now: Timestamp
    ) throws(SQLiteError) {
        try run(.closeEvent, event.provider, event.event, state, note, now)
    }
}
