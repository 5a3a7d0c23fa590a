package import Faregate

/// Which charges can be moved to an archive, and how to read them.
///
/// The charges are chosen first. Then their journal lines are copied, and then the charges. Calls go on meanwhile: a
/// charge that is closed after the choice waits for the next archive, because some of its lines may not be copied.
package struct ArchivableCharges: Sendable {
    /// The most charges that are chosen at a time: their numbers are kept in memory.
    package static let maximumChosen: Int64 = 1_000_000
    /// The journal lines, or charges, that a step reads.
    package static let stepRows: Int64 = 5000

    /// The numbers of the chosen charges, in ascending order.
    package let numbers: [Int64]

    /// Charges closed before ?1 that can't change any more: they have no debt and no key that is valid at ?2, and were
    /// neither refunded as abandoned (a late settlement charges those again) nor made in place of one. The latest
    /// charge and the charge of the latest journal line stay, since a ledger in a file derives the next numbers from
    /// them.
    private static let isArchivable = """
        charges.state <> 0 AND charges.state_since < ?1 AND charges.debt = 0
            AND charges.reason IS DISTINCT FROM 'abandoned'
            AND charges.id NOT IN (SELECT charge_id FROM successors)
            AND NOT EXISTS (SELECT 1 FROM keys WHERE keys.charge_id = charges.id AND keys.expires_at > ?2)
            AND charges.id < (SELECT max(id) FROM charges)
            AND charges.id IS DISTINCT FROM (
                SELECT charge_id FROM journal WHERE id = (SELECT max(id) FROM journal))
        """

    /// Chooses the next charges, in the order of their numbers.
    ///
    /// - Parameters:
    ///   - moment: charges closed before this time are moved.
    ///   - now: the current time, which decides which keys have expired.
    ///   - charge: the last charge that was moved before.
    ///   - last: the last charge to move.
    ///   - ledger: where the charges are.
    package init(
        closedBefore moment: Timestamp, at now: Timestamp, after charge: Int64, through last: Int64,
        in ledger: any SQLConnection
    ) throws(SQLError) {
        numbers = try ledger.rows(
            """
            SELECT id FROM charges WHERE id > ?3 AND id <= ?4 AND \(ArchivableCharges.isArchivable) ORDER BY id LIMIT ?5
            """,
            moment, now, charge, last, ArchivableCharges.maximumChosen
        ) { $0.integer(0) }
    }

    private func contains(_ number: Int64) -> Bool {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == number
    }

    /// The archive's columns of a table.
    package typealias Columns = (String) throws(SQLError) -> [CopiedColumn]

    /// Reads a step of the journal: the lines of the chosen charges.
    ///
    /// - Returns: nil at the end.
    package func lines(
        after line: Int64, in ledger: any SQLConnection, columns: Columns
    ) throws(SQLError) -> ArchivableRows? {
        let last = try ledger.integer(
            """
            SELECT max(id) FROM (SELECT id FROM journal WHERE id > ?1 ORDER BY id LIMIT ?2) AS step
            HAVING max(id) IS NOT NULL
            """,
            line, ArchivableCharges.stepRows
        )
        guard let last, let first = numbers.first, let final = numbers.last else { return nil }
        var table = ArchivableRows.Table(name: "journal", columns: try columns("journal"))
        guard let charge = table.columns.firstIndex(where: { $0.name == "charge_id" }) else {
            throw .inconsistent("the archive's journal has no column charge_id")
        }
        try ledger.forEach(
            """
            SELECT \(table.columnList) FROM journal
            WHERE id > ?1 AND id <= ?2 AND charge_id BETWEEN ?3 AND ?4
            """,
            line, last, first, final
        ) { row in
            if contains(row.integer(charge)) { table.add(row) }
            return true
        }
        return ArchivableRows(last: last, tables: [table])
    }

    /// Reads a step of the chosen charges, with the rows that they refer to.
    ///
    /// - Parameter position: the index in ``numbers`` of the first charge.
    /// - Returns: nil at the end.
    package func rows(
        from position: Int, in ledger: any SQLConnection, columns: Columns
    ) throws(SQLError) -> ArchivableRows? {
        let step = numbers.dropFirst(position).prefix(Int(ArchivableCharges.stepRows))
        guard let last = step.last else { return nil }
        let listed = json(Array(step))
        var tables: [ArchivableRows.Table] = []
        func read(_ name: String, _ condition: String = "") throws(SQLError) {
            var table = ArchivableRows.Table(name: name, columns: try columns(name))
            let values = condition.isEmpty ? [] : [SQLParameter.text(listed)]
            try ledger.forEach("SELECT \(table.columnList) FROM \(name) \(condition)", with: values) { row in
                table.add(row)
                return true
            }
            tables.append(table)
        }
        func named(_ column: String) -> String { "SELECT \(column) FROM charges WHERE id IN (\(Books.listed))" }
        try read("charges", "WHERE id IN (\(Books.listed))")
        try read("charge_grants", "WHERE charge_id IN (\(Books.listed))")
        try read("keys", "WHERE charge_id IN (\(Books.listed))")
        try read("accounts", "WHERE id IN (\(named("account_id")))")
        try read("members", "WHERE id IN (\(named("member_id")))")
        try read("prices", "WHERE id IN (\(named("price_id")))")
        try read(
            "grants",
            """
            WHERE id IN (\(named("grant_id"))
                UNION SELECT grant_id FROM charge_grants WHERE charge_id IN (\(Books.listed)))
            """
        )
        try read("limits")
        return ArchivableRows(last: last, tables: tables)
    }
}
