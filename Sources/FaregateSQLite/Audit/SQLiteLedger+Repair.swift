public import Faregate

extension SQLiteLedger {
    /// Sets right what follows from the journal: the sums of grants, what accounts owe, whose turn it is to burn, where
    /// histories begin, what rolling windows have used. The journal itself is never touched.
    ///
    /// Everything is worked out again and written in one transaction; calls wait for it. What a rule of the schema
    /// forbids stays as it is, and an audit goes on telling it.
    ///
    /// - Parameter differences: what an audit found. What is not ``AuditDifference/isRepairable`` is passed over.
    /// - Returns: how many of the differences were set right.
    /// - Throws: `LedgerError` when the file can't be written.
    public func repair(_ differences: [AuditDifference]) async throws(LedgerError) -> Int {
        let facts = Set(differences.compactMap(\.fact))
        guard !facts.isEmpty else { return 0 }
        let repaired = try await writer.write { connection throws(SQLiteError) in try connection.repair(facts) }
        return differences.count { $0.fact.map(repaired.contains) ?? false }
    }
}

extension Connection {
    /// - Returns: the facts that were set.
    fileprivate func repair(_ facts: Set<DerivedFact>) throws(SQLiteError) -> Set<DerivedFact> {
        var repaired: Set<DerivedFact> = []
        // Grants first: whose turn it is follows from them.
        for table in [DerivedFact.Table.grant, .account, .counter] {
            let rows = facts.filter { $0.table == table }.map(\.row).sorted()
            for row in try figures(of: table, rows) where try set(row, of: table) {
                repaired.insert(DerivedFact(table: table, row: row.number))
            }
        }
        // A grant that was mended may be another's turn to burn.
        for fact in repaired where fact.table == .grant { try run(.repairTurn, fact.row) }
        return repaired
    }

    /// What the journal says of these rows: it is read once for all of them.
    private func figures(of table: DerivedFact.Table, _ rows: [Int64]) throws(SQLiteError) -> [Figures] {
        guard !rows.isEmpty else { return [] }
        let list = json(rows) ?? "[]"
        switch table {
        case .grant: return try self.rows(.grantFigures, list, read: Figures.init)
        case .account: return try self.rows(.accountFigures, list, read: Figures.init)
        case .counter: return try self.rows(.counterFigures, list, read: Figures.init)
        }
    }

    /// - Returns: whether the row was otherwise before; false too where the schema forbids it.
    private func set(_ row: Figures, of table: DerivedFact.Table) throws(SQLiteError) -> Bool {
        do throws(SQLiteError) {
            return try step { () throws(SQLiteError) in
                switch table {
                case .grant:
                    try run(.repairGrant, row.number, row.first, row.second, row.third, row.fourth) == 1
                case .account: try run(.repairAccount, row.number, row.first, row.last) == 1
                case .counter: try run(.repairCounter, row.number, row.first) == 1
                }
            }
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
