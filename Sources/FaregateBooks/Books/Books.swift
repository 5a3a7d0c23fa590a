import Faregate

/// The rules of the ledger, on the writer's connection: charges, grants, plans, purchases. Each rule is a function
/// that runs inside one of the writer's transactions.
package final class Books {
    package let database: any SQLConnection
    /// The statement of a charge. Each database has its own.
    package let charges: any ChargeStatement
    /// The number of this process as the holder of its charges. Random, so that no other process has it: with a reused
    /// number, a heartbeat would keep the charges of a dead process held. It has 47 bits, so that SQLite stores it in
    /// six bytes of each charge's row.
    package let holder: Int64
    /// Cached numbers of accounts, members and terms.
    var numbers = Numbers()
    /// The value of `ledger.generation` when the numbers were cached.
    private var generation: Int64?
    /// The version of the schema that this process knows.
    private let schemaVersion: Int64

    package init(
        _ database: any SQLConnection, _ charges: any ChargeStatement, holder: Int64 = Books.newHolder(),
        schemaVersion: Int64
    ) {
        (self.database, self.charges, self.holder, self.schemaVersion) = (database, charges, holder, schemaVersion)
    }

    /// A number for this process as the holder of its charges.
    package static func newHolder() -> Int64 { Int64.random(in: 1..<1 << 47) }

    /// Runs several statements as one unit.
    package func savepoint<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        do throws(SQLError) {
            return try database.savepoint(body)
        } catch {
            forget()
            throw error
        }
    }

    /// Drops cached values after a rollback.
    package func forget() {
        numbers = Numbers()
        charges.forget()
    }

    /// Reacts to what another process may have changed since this connection's previous transaction.
    ///
    /// - Parameters:
    ///   - version: the schema's version, from the table `ledger`.
    ///   - generation: changes when rows are deleted whose numbers are cached.
    /// - Throws: if a newer Faregate has migrated the ledger, or the ledger was moved to another database, so that this
    ///   process must stop writing.
    package func beginTransaction(version: Int64, generation: Int64) throws(SQLError) {
        charges.beginTransaction()
        // See `MovedLedger`.
        guard version >= 0 else { throw .raising("moved") }
        guard version == schemaVersion else { throw .raising("newer") }
        if generation != self.generation { numbers = Numbers() }
        self.generation = generation
    }
}
