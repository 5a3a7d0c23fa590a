import Faregate

/// When a copy may begin, go on and end.
extension LedgerCopy {
    /// A process whose lease is valid may still settle its charges.
    func requireUnused(at now: Timestamp) throws(LedgerError) {
        let holder = try source.read { database throws(SQLError) in
            try database.first(
                "SELECT name, alive_until FROM holders WHERE alive_until > ?1 ORDER BY alive_until DESC LIMIT 1", now
            ) {
                (name: $0.text(0), until: Timestamp(rawValue: $0.integer(1)))
            }
        }
        guard let holder else { return }
        throw LedgerError(
            .busy,
            """
            \(source.place) is in use by \(holder.name); stop every server that uses it. If that process was killed, \
            its lease ends at \(holder.until): then copy again
            """,
            retryAt: holder.until
        )
    }

    enum Preparation {
        case begins, goesOn
        /// An earlier copy was interrupted at its very end: the target is a whole ledger, and the source isn't marked
        /// as moved yet.
        case isWhole
    }

    func preparation(_ origin: CopyOrigin, isRestarting: Bool) throws(LedgerError) -> Preparation {
        switch try content() {
        case .nothing: return .begins
        case .unfinished(origin.identity, let latestEntry):
            if isRestarting { return .begins }
            guard latestEntry == origin.latestEntry else { throw changed("it has new entries") }
            return .goesOn
        case .unfinished:
            throw LedgerError(
                .forbidden, "\(target.place) is an unfinished copy of another ledger; name another place for this one"
            )
        case .ledger(origin.identity): return .isWhole
        case .ledger:
            throw LedgerError(
                .forbidden, "\(target.place) has another ledger, which is not replaced; name another place"
            )
        }
    }

    private func content() throws(LedgerError) -> CopyTargetContent {
        do throws(LedgerError) {
            return try target.content()
        } catch  where error.code == .stopped {
            throw LedgerError(
                .forbidden,
                "\(target.place) has a ledger that was moved away, which is not replaced; remove it or name another place"
            )
        }
    }

    func changed(_ difference: String) -> LedgerError {
        if isWhole {
            return LedgerError(
                .forbidden,
                """
                \(target.place) has a copy of \(source.place), and one of them has been used since (\(difference)); \
                name another place
                """
            )
        }
        return LedgerError(
            .forbidden,
            """
            \(source.place) or its copy has changed since the copy began (\(difference)), so the copy is not finished. \
            Stop every server, then begin anew: faregate copy … --restart
            """
        )
    }

    /// The tables, with the columns that both databases have.
    func tables() throws(LedgerError) -> [CopiedRows] {
        var tables: [CopiedRows] = []
        for table in CopiedTable.all {
            let columns = try source.read { _ throws(SQLError) in try source.columns(of: table.name) }
            let others = try target.read { _ throws(SQLError) in try target.columns(of: table.name) }
            tables.append(try target.read { _ throws(SQLError) in try CopiedRows(table, columns, others, rowsPerStep) })
        }
        return tables
    }

    func count(_ tables: [CopiedRows], in database: any CopiedDatabase) throws(LedgerError) -> Int {
        var count = 0
        for table in tables {
            count += try database.read { database throws(SQLError) in
                Int(try database.integer("SELECT count(*) FROM \"\(table.table.name)\"") ?? 0)
            }
        }
        return count
    }
}
