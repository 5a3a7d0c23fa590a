public import Faregate

extension SQLiteLedger {
    public func open(_ account: AccountID, with opening: Opening, at now: Timestamp) async throws(LedgerError) {
        try await writer.write { connection throws(SQLiteError) in
            try connection.openAccount(account, with: opening, at: now)
        }
    }

    public func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        try await writer.write { connection throws(SQLiteError) in
            try connection.step { () throws(SQLiteError) in
                try connection.openAccount(request.account, with: request.opening, at: now)
                return try connection.grant(request, at: now)
            }
        }
    }
}

extension Connection {
    /// Does nothing for an account that exists.
    func openAccount(_ account: AccountID, with opening: Opening, at now: Timestamp) throws(SQLiteError) {
        try step { () throws(SQLiteError) in
            guard try run(.openAccount, account, opening.plan, now) == 1 else { return }
            for (number, credits) in opening.grants.enumerated() {
                let reference = "opening:\(opening.plan ?? ""):\(number + 1)"
                try insertGrant(to: account, reference: reference, source: .plan, credits: credits, at: now)
            }
        }
    }

    fileprivate func grant(_ request: GrantRequest, at now: Timestamp) throws(SQLiteError) -> GrantResult {
        let isNew = try insertGrant(
            to: request.account,
            reference: request.reference.rawValue,
            source: request.source,
            reason: request.reason,
            priority: request.priority,
            expiresAt: request.expiresAt,
            credits: request.credits,
            at: now
        )
        if isNew { return .granted(GrantID(rawValue: lastInsertedID)) }
        let known = try first(.findGrant, request.account, request.reference.rawValue) { row in
            let isSame = row.text(1) == request.source.rawValue && row.credits(2) == request.credits
            let id = GrantID(rawValue: row.integer(0))
            return isSame ? GrantResult.alreadyGranted(id) : .referenceTaken(id)
        }
        guard let known else {
            throw .inconsistent("a grant is neither new nor known")
        }
        return known
    }

    /// - Returns: false when the account has a grant of that reference already.
    @discardableResult
    func insertGrant(
        to account: AccountID,
        reference: String,
        source: GrantSource,
        reason: String? = nil,
        priority: Int = 0,
        expiresAt: Timestamp = .never,
        credits: Credits,
        at now: Timestamp
    ) throws(SQLiteError) -> Bool {
        try run(
            .insertGrant,
            account,
            reference,
            source.rawValue,
            reason,
            Int64(priority),
            now,
            expiresAt,
            credits
        ) == 1
    }
}
