public import Faregate

extension SQLiteLedger {
    public func explain(_ charge: ChargeID) async throws(LedgerError) -> ChargeExplanation? {
        try readers.read { connection throws(SQLiteError) in
            try connection.snapshot { () throws(SQLiteError) in try connection.explain(charge) }
        }
    }

    public func explain(_ refusal: RefusalID) async throws(LedgerError) -> RefusalRecord? {
        // What waits to be written is found too.
        if let waiting = refusals.find(refusal) { return waiting }
        let record = try readers.read { connection throws(SQLiteError) in
            try connection.first(.findRefusal, refusal.rawValue) { $0.text(0) }
        }
        return record.flatMap { value(RefusalRecord.self, fromJSON: $0) }
    }

    public func keep(_ refusal: RefusalRecord) {
        refusals.add(refusal)
    }
}

/// The refusals that wait to be written. A batch of refusals makes no commit of its own: they go with the next one, with
/// the housekeeping's, or when the ledger is closed.
final class RefusalBuffer: Sendable {
    private let records = Mutex<[RefusalRecord]>([])

    /// More than that between two commits, and only some are kept, the latest among them.
    static let maximumWaiting = 256
    /// So many are kept in the file, the latest.
    static let maximumKept: Int64 = 10_000

    func add(_ record: RefusalRecord) {
        records.withLock { records in
            if records.count < RefusalBuffer.maximumWaiting {
                records.append(record)
            } else {
                records[Int.random(in: 0..<records.count)] = record
            }
        }
    }

    var isEmpty: Bool { records.withLock { $0.isEmpty } }

    func find(_ id: RefusalID) -> RefusalRecord? {
        records.withLock { $0.first { $0.id == id } }
    }

    func takeAll() -> [RefusalRecord] {
        records.withLock { records in
            defer { records.removeAll() }
            return records
        }
    }
}

extension Connection {
    /// Writes what waits.
    func write(_ refusals: [RefusalRecord]) throws(SQLiteError) {
        guard !refusals.isEmpty else { return }
        try step { () throws(SQLiteError) in
            for refusal in refusals {
                try run(.keepRefusal, refusal.id.rawValue, refusal.at, refusal.account, json(refusal) ?? "")
            }
            try run(.pruneRefusals, RefusalBuffer.maximumKept)
        }
    }

    fileprivate func explain(_ charge: ChargeID) throws(SQLiteError) -> ChargeExplanation? {
        let payments = try rows(.explainPayments, charge.rawValue) { row throws(SQLiteError) in
            ChargeExplanation.Payment(
                grant: GrantID(rawValue: row.integer(0)),
                source: try GrantSource(stored: row.integer(1)),
                reference: row.text(2),
                credits: try row.credits(3)
            )
        }
        let counted = try first(.explain, charge.rawValue) { CountedLimit.list($0.optionalText(11)) } ?? []
        var limits: [ChargeExplanation.CountedLimit] = []
        for limit in counted {
            let name = try first(.limitNumbered, limit.limit) { $0.text(2) } ?? ""
            let start = limit.windowStart.map(Timestamp.init)
            limits.append(ChargeExplanation.CountedLimit(name: name, amount: limit.amount, windowStart: start))
        }
        return try first(.explain, charge.rawValue) { row throws(SQLiteError) in
            try ChargeExplanation(charge, row, payments, limits)
        }
    }
}

extension ChargeExplanation {
    fileprivate init(
        _ charge: ChargeID,
        _ row: Row,
        _ payments: [Payment],
        _ limits: [CountedLimit]
    ) throws(SQLiteError) {
        let state = try ChargeState(stored: row.integer(4))
        self.init(
            charge: charge,
            account: try AccountID(stored: row.text(0)),
            member: row.optionalText(1),
            action: row.text(2),
            attributes: row.optionalText(3).flatMap { value(Attributes.self, fromJSON: $0) } ?? [:],
            state: state,
            quoted: try row.credits(5),
            cost: try row.credits(6),
            debt: try row.credits(7),
            short: try row.credits(8),
            rule: row.text(9),
            policyVersion: row.text(10),
            payments: payments,
            limits: limits,
            shadow: row.optionalText(12),
            createdAt: Timestamp(rawValue: row.integer(13)),
            closedAt: state == .held ? nil : Timestamp(rawValue: row.integer(14)),
            reason: row.optionalText(15),
            follows: row.optionalInteger(16).map(ChargeID.init)
        )
    }
}
