package import Faregate

/// Copies a whole ledger from one database into another, in steps. A copy that was interrupted goes on where it
/// stopped.
///
/// No copy begins unless the audit of the source is clean. At the end every row is compared, the copy is audited, and
/// the source is marked as moved. Until then the target can't be opened as a ledger.
package struct LedgerCopy {
    /// How far the copy is.
    package struct Progress: Sendable {
        package let step: String
        package let completed: Int
        package let total: Int
    }

    package struct Summary: Sendable {
        package let from: String
        package let to: String
        package let sums: CopiedSums
        /// The rows of all tables.
        package let rows: Int
        /// Whether closed calls of the ledger are in an archive, which stays a file.
        package let hasArchive: Bool
    }

    let source: any CopySource
    let target: any CopyTarget
    let rowsPerStep: Int
    private let report: (Progress) throws(LedgerError) -> Void
    /// See ``Preparation/isWhole``.
    var isWhole = false
    private var completed = 0
    private var total = 0

    /// Copies on a thread of its own.
    ///
    /// - Parameters:
    ///   - source: opens and locks the ledger.
    ///   - target: a new ledger, or an unfinished copy of the same one.
    ///   - isRestarting: whether an unfinished copy is begun anew.
    ///   - rowsPerStep: the most rows of a transaction.
    ///   - now: decides whether a process still uses the source, and is noted in it.
    ///   - progress: called after each step. If it throws, the copy stops there.
    /// - Throws: `LedgerError` if the source is in use or not clean, the target belongs to another ledger, the source
    ///   changed since the copy began, or a database fails.
    package static func run(
        from source: @escaping @Sendable () throws(LedgerError) -> any CopySource,
        to target: @escaping @Sendable () throws(LedgerError) -> any CopyTarget,
        isRestarting: Bool = false,
        rowsPerStep: Int = 1000,
        at now: Timestamp,
        progress: @escaping @Sendable (Progress) throws(LedgerError) -> Void = { _ in }
    ) async throws(LedgerError) -> Summary {
        try await onThread { () throws(LedgerError) in
            let source = try source()
            defer { source.release() }
            var copy = LedgerCopy(source: source, target: try target(), rowsPerStep: rowsPerStep, report: progress)
            return try copy.run(isRestarting: isRestarting, at: now)
        }
    }

    private init(
        source: any CopySource, target: any CopyTarget, rowsPerStep: Int,
        report: @escaping (Progress) throws(LedgerError) -> Void
    ) {
        (self.source, self.target, self.rowsPerStep, self.report) = (source, target, rowsPerStep, report)
    }

    private mutating func run(isRestarting: Bool, at now: Timestamp) throws(LedgerError) -> Summary {
        try requireUnused(at: now)
        let origin = try source.read { database throws(SQLError) in try CopyOrigin(database) }
        let preparation = try preparation(origin, isRestarting: isRestarting)
        // A resumed copy audits the source at the end, not first. The lock keeps the source unchanged meanwhile.
        if preparation != .goesOn { try audit(source, otherwise: "nothing was copied") }
        if preparation == .begins { try target.begin(origin) }
        isWhole = preparation == .isWhole
        let tables = try tables()
        total = 2 * (try count(tables, in: source))
        if isWhole { completed = total / 2 } else { try fill(tables) }
        try compare(tables)
        if preparation == .goesOn { try audit(source, otherwise: "the copy is not finished") }
        try audit(target, otherwise: "the copy is not finished")
        if !isWhole { try target.perform { _ throws(SQLError) in try target.finish() } }
        let sums = try sums()
        try source.perform { database throws(SQLError) in
            try MovedLedger(to: target.place, at: now).mark(database)
            try source.commit()
        }
        return Summary(
            from: source.place, to: target.place, sums: sums, rows: total / 2, hasArchive: origin.hasArchive
        )
    }

    /// Inserts the rows that the target lacks.
    private mutating func fill(_ tables: [CopiedRows]) throws(LedgerError) {
        completed = try count(tables, in: target)
        for table in tables {
            try copy(table)
            if table.table.name == "facts" { try mergeOrders() }
        }
        try target.perform { _ throws(SQLError) in try target.complete() }
    }

    private mutating func copy(_ table: CopiedRows) throws(LedgerError) {
        var key = try target.read { database throws(SQLError) in try table.lastKey(in: database) }
        while true {
            let rows = try source.read { database throws(SQLError) in try table.step(after: key, in: database) }
            guard let last = rows.last else { return }
            try target.perform { _ throws(SQLError) in
                try target.transaction { () throws(SQLError) in
                    try target.insert(rows.map(table.first(of:)), into: table)
                }
            }
            key = table.key(of: last)
            try note(rows.count, "copying \(table.table.name)")
        }
    }

    private func mergeOrders() throws(LedgerError) {
        let merged = try source.read { database throws(SQLError) in
            try database.rows("SELECT id, merged_into FROM orders WHERE merged_into IS NOT NULL ORDER BY id") {
                (id: $0.integer(0), into: $0.integer(1))
            }
        }
        try target.perform { database throws(SQLError) in
            try target.transaction { () throws(SQLError) in
                for order in merged {
                    try database.run(
                        "UPDATE orders SET merged_into = ?2 WHERE id = ?1 AND merged_into IS NULL", order.id, order.into
                    )
                }
            }
        }
    }

    /// Compares every row. Differences come from a process that changed one of the ledgers since the copy began.
    private mutating func compare(_ tables: [CopiedRows]) throws(LedgerError) {
        for table in tables {
            var key: [SQLParameter]?
            while true {
                let expected = try source.read { database throws(SQLError) in
                    try table.step(after: key, in: database)
                }
                let found = try target.read { database throws(SQLError) in try table.step(after: key, in: database) }
                guard expected == found else { throw changed("the table \(table.table.name) differs") }
                guard let last = expected.last else { break }
                key = table.key(of: last)
                try note(expected.count, "comparing \(table.table.name)")
            }
        }
        guard try sums() == target.read({ database throws(SQLError) in try CopiedSums(database) }) else {
            throw changed("the sums of credits differ")
        }
    }

    private func sums() throws(LedgerError) -> CopiedSums {
        try source.read { database throws(SQLError) in try CopiedSums(database) }
    }

    private mutating func note(_ rows: Int, _ step: String) throws(LedgerError) {
        completed += rows
        try report(Progress(step: step, completed: completed, total: total))
    }

    /// An audit reports its own steps and total, in place of the copy's.
    private func audit(_ database: any CopiedDatabase, otherwise consequence: String) throws(LedgerError) {
        var failure: LedgerError?
        let found = try database.audit { progress in
            let step = "auditing \(database.place): \(progress.step)"
            let audited = Progress(step: step, completed: progress.completed, total: progress.total)
            do throws(LedgerError) { try report(audited) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        guard found.isClean else {
            throw LedgerError(
                .forbidden,
                """
                the audit of \(database.place) found \(found.differenceCount) \
                difference\(found.differenceCount == 1 ? "" : "s"), so \(consequence); to list them: faregate audit
                """
            )
        }
    }
}
