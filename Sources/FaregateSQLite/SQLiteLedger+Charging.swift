public import Faregate

extension SQLiteLedger {
    public func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        let row = ChargeRow(request)
        return try await writer.write { connection throws(SQLiteError) in
            try connection.charge(row, at: now)
        }
    }

    public func settle(_ charge: ChargeID, at now: Timestamp) async throws(LedgerError) -> Bool {
        try await writer.write { connection throws(SQLiteError) in
            try connection.run(.settle, charge.rawValue, now) == 1
        }
    }

    public func settleLater(
        _ charge: ChargeID,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<Bool, LedgerError>) -> Void
    ) {
        writer.writeLater(
            { connection throws(SQLiteError) in
                try connection.run(.settle, charge.rawValue, now) == 1
            },
            completion: completion
        )
    }

    public func refund(
        _ charge: ChargeID,
        because reason: RefundReason,
        at now: Timestamp
    ) async throws(LedgerError) -> Bool {
        try await writer.write { connection throws(SQLiteError) in
            try connection.run(.refund, charge.rawValue, now, reason.rawValue) == 1
        }
    }
}

/// A request with its parts in the form that the statement takes, made outside the writer's thread.
struct ChargeRow: Sendable {
    let request: ChargeRequest
    let calendarLimits: String?
    let rollingLimits: String?
    let attributes: String?

    init(_ request: ChargeRequest) {
        self.request = request
        (calendarLimits, rollingLimits) = json(request.limits)
        attributes = request.attributes.isEmpty ? nil : json(request.attributes)
    }
}

extension Connection {
    /// One statement, and more only for an account that nobody has seen before.
    fileprivate func charge(_ row: ChargeRow, at now: Timestamp) throws(SQLiteError) -> ChargeDecision {
        do throws(SQLiteError) {
            return .held(try insert(row, at: now))
        } catch {
            if error.raised == "account" {
                try openAccount(row.request.account, with: row.request.opening, at: now)
                return try charge(row, at: now)
            }
            guard let refusal = try refusal(for: error, row.request, at: now) else { throw error }
            return .refused(refusal)
        }
    }

    private func insert(_ row: ChargeRow, at now: Timestamp) throws(SQLiteError) -> ChargeID {
        let request = row.request
        try run(
            .charge,
            request.account,
            request.member?.rawValue,
            request.action,
            request.cost,
            request.key?.key,
            request.key?.fingerprint,
            row.calendarLimits,
            row.rollingLimits,
            row.attributes,
            request.policyVersion,
            request.rule.description,
            now,
            request.deadline,
            request.refundGraceMilliseconds
        )
        return ChargeID(rawValue: lastInsertedID)
    }
}
