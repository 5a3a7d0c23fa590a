/// What the row of the table `ledger` says of the ledger that is copied. The copy has the same identity, so that a
/// ledger that was copied back still has its archive.
package struct CopyOrigin: Sendable {
    package let identity: Int64
    package let latestEntry: Int64
    private let generation: Int64
    private let archivedBefore: Int64

    var hasArchive: Bool { archivedBefore > 0 }

    init(_ database: any SQLConnection) throws(SQLError) {
        let row = try database.first("SELECT identity, generation, archived_before FROM ledger") {
            ($0.integer(0), $0.integer(1), $0.integer(2))
        }
        guard let row else { throw .damaged("the table ledger is empty") }
        (identity, generation, archivedBefore) = row
        latestEntry = try database.integer("SELECT coalesce(max(id), 0) FROM journal") ?? 0
    }

    /// Marks a new ledger as an unfinished copy.
    package func mark(_ database: any SQLConnection) throws(SQLError) {
        try database.run("CREATE TABLE copying (latest_entry bigint NOT NULL)")
        try database.run("INSERT INTO copying (latest_entry) VALUES (?1)", latestEntry)
        try database.run(
            "UPDATE ledger SET identity = ?1, generation = ?2, archived_before = ?3", identity, generation,
            archivedBefore
        )
    }
}
