public import Faregate

extension SQLiteLedger {
    /// Sets right what follows from the journal: the sums of grants, what accounts owe, whose turn it is to burn, where
    /// histories begin, what rolling windows have used. What was written in the journal is never touched; for a purchase
    /// that has granted another amount than the provider's facts come to, lines are added that grant or take back the rest.
    ///
    /// Everything is worked out again and written in one transaction; calls wait for it. What a rule of the schema
    /// forbids stays as it is, and an audit goes on telling it.
    ///
    /// - Parameters:
    ///   - differences: what an audit found. What is not ``AuditDifference/isRepairable`` is passed over.
    ///   - now: the time of what is granted or taken back.
    /// - Returns: how many of the differences were set right.
    /// - Throws: `LedgerError` when the file can't be written.
    public func repair(
        _ differences: [AuditDifference],
        at now: Timestamp = SystemClock().now
    ) async throws(LedgerError) -> Int {
        let facts = Set(differences.compactMap(\.fact))
        guard !facts.isEmpty else { return 0 }
        let repaired = try await writer.write { connection throws(SQLiteError) in try connection.repair(facts, at: now)
        }
        return differences.count { $0.fact.map(repaired.contains) ?? false }
    }
}

extension Connection {
    /// - Returns: the facts that were set.
    fileprivate func repair(_ facts: Set<DerivedFact>, at now: Timestamp) throws(SQLiteError) -> Set<DerivedFact> {
        var repaired: Set<DerivedFact> = []
        // Grants first: whose turn it is follows from them. Purchases last: they take from what the others have right.
        for table in [DerivedFact.Table.grant, .account, .counter] {
            let rows = facts.filter { $0.table == table }.map(\.row).sorted()
            for row in try figures(of: table, rows) where try set(row, of: table) {
                repaired.insert(DerivedFact(table: table, row: row.number))
            }
        }
        // A grant that was mended may be another's turn to burn.
        for fact in repaired where fact.table == .grant { try run(.repairTurn, fact.row) }
        for fact in facts.filter({ $0.table == .purchase }).sorted(by: { $0.row < $1.row }) {
            if try repairPurchase(fact.row, at: now) { repaired.insert(fact) }
        }
        return repaired
    }

    /// - Returns: false where the schema forbids it.
    private func repairPurchase(_ number: Int64, at now: Timestamp) throws(SQLiteError) -> Bool {
        try unlessForbidden { () throws(SQLiteError) in
            try run(.repairPosition, number)
            guard let purchase = try first(.purchaseNumbered, number, read: RecordedPurchase.init) else { return false }
            _ = try bring(purchase, to: try position(of: purchase), at: now)
            return true
        }
    }

    /// What the journal says of these rows: it is read once for all of them.
    private func figures(of table: DerivedFact.Table, _ rows: [Int64]) throws(SQLiteError) -> [Figures] {
        guard !rows.isEmpty else { return [] }
        let list = json(rows) ?? "[]"
        switch table {
        case .grant: return try self.rows(.grantFigures, list, read: Figures.init)
        case .account: return try self.rows(.accountFigures, list, read: Figures.init)
        case .counter: return try self.rows(.counterFigures, list, read: Figures.init)
        case .purchase: return []
        }
    }

    /// - Returns: whether the row was otherwise before; false too where the schema forbids it.
    private func set(_ row: Figures, of table: DerivedFact.Table) throws(SQLiteError) -> Bool {
        try unlessForbidden { () throws(SQLiteError) in
            switch table {
            case .grant: return try run(.repairGrant, row.number, row.first, row.second, row.third, row.fourth) == 1
            case .account:
                try run(.repairAccount, row.number, row.first)
                return try run(.repairLatest, row.number, row.last) == 1
            case .counter: return try run(.repairCounter, row.number, row.first) == 1
            case .purchase: return false
            }
        }
    }

    private func unlessForbidden(_ body: () throws(SQLiteError) -> Bool) throws(SQLiteError) -> Bool {
        do throws(SQLiteError) {
            return try step(body)
        } catch {
            guard error.isConstraint else { throw error }
            return false
        }
    }
}

/// A row's number, and what its columns should hold.
private struct Figures {
    let number, first, second, third, fourth: Int64
    /// Of an account: its latest line of the journal, where it has one.
    let last: Int64?

    init(_ row: Row) {
        number = row.integer(0)
        (first, second, third, fourth) = (row.integer(1), row.integer(2), row.integer(3), row.integer(4))
        last = row.optionalInteger(2)
    }
}
