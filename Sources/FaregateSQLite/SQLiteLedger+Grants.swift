public import Faregate

extension SQLiteLedger {
    public func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                let account = try connection.attend(request.account, under: request.plans, at: now)
                return try connection.grant(request, to: account, at: now)
            }
        }
    }
}

/// A grant that is to be made.
struct NewGrant {
    let reference: String
    let source: GrantSource
    let credits: Credits
    var reason: String?
    var by: String?
    var priority = 0
    var expiresAt = Timestamp.never
    /// The purchase that it is made for.
    var purchase: Int64?
}

extension Connection {
    fileprivate func grant(
        _ request: GrantRequest,
        to account: Int64,
        at now: Timestamp
    ) throws(SQLiteError) -> GrantResult {
        let grant = NewGrant(
            reference: request.reference.rawValue,
            source: request.source,
            credits: request.credits,
            reason: request.reason,
            by: request.by,
            priority: request.priority,
            expiresAt: request.expiresAt
        )
        if let id = try insertGrant(grant, to: account, at: now) { return .granted(GrantID(rawValue: id)) }
        let known = try first(.findGrant, account, grant.reference) { row throws(SQLiteError) in
            let credits = try row.credits(2)
            let isSame = row.integer(1) == grant.source.stored && credits == grant.credits
            let id = GrantID(rawValue: row.integer(0))
            return isSame ? GrantResult.alreadyGranted(id) : .referenceTaken(id)
        }
        guard let known else { throw .inconsistent("a grant is neither new nor known") }
        return known
    }

    /// Makes a grant, and pays from it what the account owes.
    ///
    /// - Returns: nil when the account has a grant of that reference already.
    @discardableResult
    func insertGrant(
        _ grant: NewGrant,
        to account: Int64,
        paysDebt: Bool = true,
        at now: Timestamp
    ) throws(SQLiteError) -> Int64? {
        let isNew =
            try run(
                .insertGrant,
                account,
                grant.reference,
                grant.source.stored,
                grant.reason,
                grant.by,
                Int64(grant.priority),
                now,
                grant.expiresAt,
                grant.credits
            ) == 1
        guard isNew else { return nil }
        let id = lastInsertedID
        try write(.grant, account, credits: grant.credits.rawValue, grant: id, at: now)
        if let purchase = grant.purchase { try run(.enterPurchase, purchase, lastInsertedID) }
        if paysDebt { try payDebt(of: account, from: id, grant.credits.rawValue, at: now) }
        try run(.turn, account, grant.expiresAt)
        return id
    }

    private func payDebt(
        of account: Int64,
        from grant: Int64,
        _ credits: Int64,
        at now: Timestamp
    ) throws(SQLiteError) {
        let owed = try first(.debt, account) { row throws(SQLiteError) in try row.credits(0).rawValue } ?? 0
        let paid = min(owed, credits)
        guard paid > 0 else { return }
        try run(.payFrom, grant, paid)
        try run(.changeDebt, account, -paid)
        try write(.repay, account, credits: -paid, debt: -paid, grant: grant, at: now)
    }
}

/// As the table `grants` has them.
extension GrantSource {
    var stored: Int64 {
        switch self {
        case .plan: 0
        case .purchase: 1
        case .promotion: 2
        case .adjustment: 3
        }
    }

    init(stored value: Int64) throws(SQLiteError) {
        switch value {
        case 0: self = .plan
        case 1: self = .purchase
        case 2: self = .promotion
        case 3: self = .adjustment
        default: throw .damaged("a grant has a source that there is not")
        }
    }
}
