import Faregate

/// The rules of the ledger, on the writer's connection: charges, grants, plans, purchases. Each rule is a function
/// that runs inside one of the writer's transactions.
final class Books {
    let database: Database
    /// The number of this process as the holder of its charges. Random, so that no other process has it: with a reused
    /// number, a heartbeat would keep the charges of a dead process held. 48 bits take six bytes in a charge's row.
    let holder = Int64.random(in: 1..<1 << 48)
    /// Cached numbers of accounts, members and terms.
    var numbers = Numbers()
    /// The charge statements, by shape.
    var programs: [ChargeShape: Statement] = [:]
    /// The id of the next charge in this transaction; nil if the latest id must be looked up first.
    private var nextCharge: ChargeID?
    /// The value of `ledger.generation` when the numbers were cached.
    private var generation: Int64?
    init(_ database: Database) { self.database = database }

    /// Runs several statements as one unit.
    func savepoint<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        do throws(SQLiteError) {
            return try database.savepoint(body)
        } catch {
            forget()
            throw error
        }
    }

    /// Drops cached values after a rollback.
    func forget() {
        numbers = Numbers()
        programs = [:]
        nextCharge = nil
    }

    /// Checks what another process may have changed since the latest transaction.
    ///
    /// - Throws: if a newer Faregate has migrated the file, so that this process must stop writing.
    func beginTransaction() throws(SQLiteError) {
        nextCharge = nil
        let ledger = try database.first("SELECT version, generation, is_complete FROM ledger") {
            (version: $0.integer(0), generation: $0.integer(1), isComplete: $0.integer(2) == 1)
        }
        guard let ledger, ledger.version == Schema.migrations.version else { throw .raising("newer") }
        if ledger.generation != generation { numbers = Numbers() }
        generation = ledger.generation
        // A process died between its checkpoint and this update.
        if !ledger.isComplete { try database.run("UPDATE ledger SET is_complete = 1") }
    }

    /// The id of the next charge. Ids are never reused: the latest charge always stays in the file.
    func nextChargeID() throws(SQLiteError) -> ChargeID {
        if let nextCharge { return nextCharge }
        let latest = try database.integer("SELECT max(id) FROM charges") ?? 0
        let next = ChargeID(rawValue: latest + 1)
        nextCharge = next
        return next
    }

    /// Called when a charge has used the id.
    func noteCharge(_ id: ChargeID) { nextCharge = ChargeID(rawValue: id.rawValue + 1) }

    /// Overwrites the old contents of rows, instead of only releasing their space.
    /// [secure_delete](https://www.sqlite.org/pragma.html#pragma_secure_delete)
    func erasing<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try database.execute(script: "PRAGMA secure_delete = ON")
        defer { try? database.execute(script: "PRAGMA secure_delete = OFF") }
        return try body()
    }
}
