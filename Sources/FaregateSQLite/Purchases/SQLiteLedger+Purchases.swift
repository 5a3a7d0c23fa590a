public import Faregate
import Foundation

extension SQLiteLedger: PurchaseLedger {
    public func record(_ purchase: Purchase, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                guard try connection.purchase(purchase.id) == nil else { return }
                let account = try connection.attend(purchase.account, under: plans, at: now)
                try connection.record(purchase, for: account, at: now)
            }
        }
    }

    @discardableResult
    public func attach(
        _ checkout: OpenCheckout,
        to purchase: PurchaseID,
        at now: Timestamp
    ) async throws(LedgerError) -> OpenCheckout {
        let (attached, other) = try await writer.write { connection throws(SQLiteError) in
            try connection.erasing { () throws(SQLiteError) in
                try connection.step { () throws(SQLiteError) in
                    let other = try connection.openCheckout(besides: purchase, at: now)
                    if let other { return (Attached.attached, other) }
                    let attached = try connection.attach(
                        checkout.id,
                        page: checkout.url.absoluteString,
                        until: checkout.expiresAt,
                        to: purchase,
                        at: now
                    )
                    return (attached, checkout)
                }
            }
        }
        switch attached {
        case .attached: return other
        case .unknown:
            throw LedgerError(.forbidden, "\(path): there is no purchase \(purchase) to attach a checkout to")
        case .taken:
            throw LedgerError(
                .forbidden,
                "\(path): the checkout belongs to another purchase than \(purchase), or the purchase has another"
            )
        }
    }

    public func learn(
        _ events: [PurchaseEvent],
        of provider: String,
        isRehearsal: Bool,
        at now: Timestamp
    ) async throws(LedgerError) -> [PurchaseChange] {
        try await writer.write { connection throws(SQLiteError) in
            try connection.erasing { () throws(SQLiteError) in
                isRehearsal
                    ? try connection.rehearsal { () throws(SQLiteError) in
                        try connection.learn(events, of: provider, at: now)
                    }
                    : try connection.step { () throws(SQLiteError) in
                        try connection.learn(events, of: provider, at: now)
                    }
            }
        }
    }

    public func approve(
        _ purchase: PurchaseID,
        _ note: Note,
        at now: Timestamp
    ) async throws(LedgerError) -> PurchaseChange? {
        try await writer.write { connection throws(SQLiteError) in
            try connection.erasing { () throws(SQLiteError) in
                try connection.step { () throws(SQLiteError) in
                    guard let recorded = try connection.purchase(purchase) else { return nil }
                    return try connection.approve(recorded, note, at: now)
                }
            }
        }
    }

    public func forget(_ account: AccountID, _ note: Note, at now: Timestamp) async throws(LedgerError) -> Int? {
        try await writer.write { connection throws(SQLiteError) in
            try connection.erasing { () throws(SQLiteError) in
                try connection.step { () throws(SQLiteError) in
                    guard let number = try connection.number(of: account) else { return nil }
                    let count = try connection.first(.countBilling, number) { Int($0.integer(0)) } ?? 0
                    try connection.run(.forgetBilling, number, now)
                    try connection.run(.forgetBodies, number)
                    try connection.run(.note, number, now, "forgot who paid", note.by, note.reason)
                    return count
                }
            }
        }
    }
}

/// What became of the wish to attach a checkout to a purchase.
enum Attached {
    case attached, unknown, taken
}

extension Connection {
    /// One that was made for the same request as the purchase.
    fileprivate func openCheckout(
        besides purchase: PurchaseID,
        at now: Timestamp
    ) throws(SQLiteError) -> OpenCheckout? {
        guard let sold = try self.purchase(purchase)?.purchase, let key = sold.requestKey else { return nil }
        return try openCheckout(of: sold.account, provider: sold.provider, request: key, besides: purchase, at: now)
    }

    fileprivate func record(_ purchase: Purchase, for account: Int64, at now: Timestamp) throws(SQLiteError) {
        try run(
            .addPurchase,
            try newOrder(of: purchase.provider, at: now),
            account,
            purchase.id.rawValue,
            purchase.provider,
            purchase.pack,
            purchase.product,
            Int64(purchase.quantity),
            purchase.credits,
            purchase.price.minorUnits,
            purchase.price.currency,
            purchase.lifetimeMilliseconds,
            purchase.policyVersion,
            purchase.requestKey,
            now
        )
    }

    /// The checkout's name is the order's from now on: what was said of it before counts at once.
    func attach(
        _ checkout: String,
        page: String?,
        until: Timestamp?,
        to id: PurchaseID,
        at now: Timestamp
    ) throws(SQLiteError) -> Attached {
        guard let purchase = try purchase(id) else { return .unknown }
        let (names, provider) = (PurchaseNames(checkout: checkout), purchase.purchase.provider)
        var others: [Int64] = []
        switch try order(named: names, of: provider) {
        case .purchase(let owner, _) where owner.id != purchase.id: return .taken
        case .purchase: break
        case .contradiction: return .taken
        case .unknown(let order, let more): others = [order].compactMap(\.self) + more
        }
        guard purchase.checkout == nil || purchase.checkout == checkout else { return .taken }
        _ = try change(purchase, at: now) { () throws(SQLiteError) in
            try run(.attachCheckout, purchase.id, checkout, page, until)
            try unite(purchase.order, with: others, names, of: provider)
        }
        return .attached
    }

    fileprivate func learn(
        _ events: [PurchaseEvent],
        of provider: String,
        at now: Timestamp
    ) throws(SQLiteError) -> [PurchaseChange] {
        var changes: [PurchaseChange] = []
        for event in events {
            switch try learn(event, of: provider, at: now) {
            case .ofPurchase(let change, _): if let change { changes.append(change) }
            case .ofUnknown(_, isNew: true), .refused: changes.append(.unknown)
            case .ofUnknown: break
            }
        }
        return changes
    }

    /// Only where something waits for it: an approval isn't given in advance.
    fileprivate func approve(
        _ purchase: RecordedPurchase,
        _ note: Note,
        at now: Timestamp
    ) throws(SQLiteError) -> PurchaseChange {
        let position = try position(of: purchase)
        var changed: PurchaseChange?
        if position.awaitsApproval {
            changed = try change(purchase, at: now) { () throws(SQLiteError) in
                _ = try add(.approved, to: purchase.order, at: now)
            }
            try run(.note, purchase.account, now, "approved purchase \(purchase.purchase.id)", note.by, note.reason)
        }
        return changed
            ?? PurchaseChange(
                purchase: purchase.purchase.id,
                account: purchase.purchase.account,
                before: position,
                after: position,
                debt: .zero
            )
    }

    /// Does it, and then undoes it.
    fileprivate func rehearsal<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try run(.savepoint)
        do throws(SQLiteError) {
            let value = try body()
            try run(.rollBackToSavepoint)
            try run(.releaseSavepoint)
            forget()
            return value
        } catch {
            undoStep()
            forget()
            throw error
        }
    }
}

extension PurchaseChange {
    static let unknown = PurchaseChange(purchase: nil, account: nil, before: nil, after: nil, debt: .zero)
}
