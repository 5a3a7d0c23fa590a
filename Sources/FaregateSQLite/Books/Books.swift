import Faregate

/// The rules of the ledger, on the connection that writes: charges, grants, plans, purchases. Each rule is a function
/// that runs inside a transaction of the writer's.
final class Books {
    let database: Database
    /// This process, as the holder of its charges. Random, so that no other process ever has the number: the heartbeat
    /// of one that reused it would keep a dead process's charges held. 48 bits take six bytes in a charge's row.
    let holder = Int64.random(in: 1..<1 << 48)
    /// The rows of the ledger that were looked up by name.
    var numbers = Numbers()
    /// The statements that charge, by their shape.
    var programs: [ChargeShape: Statement] = [:]
    /// The id that the next charge of this transaction gets; nil where the latest id must be looked up first.
    private var nextCharge: ChargeID?
    /// What `ledger.generation` was when the numbers were looked up.
    private var generation: Int64?
    init(_ database: Database) { self.database = database }

    /// Several statements that stand or fall together.
    func savepoint<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        do throws(SQLiteError) {
            return try database.savepoint(body)
        } catch {
            forget()
            throw error
        }
    }

    /// Forgets what a transaction found or made that was rolled back.
    func forget() {
        numbers = Numbers()
        programs = [:]
        nextCharge = nil
    }

    /// Looks at what another process may have changed since the latest transaction.
    ///
    /// - Throws: when a newer Faregate has migrated the file. Nothing may be written any more.
    func beginTransaction() throws(SQLiteError) {
        nextCharge = nil
        let ledger = try database.first("SELECT version, generation, is_complete FROM ledger") {
            (version: $0.integer(0), generation: $0.integer(1), isComplete: $0.integer(2) == 1)
        }
        guard let ledger, ledger.version == Schema.migrations.version else { throw .raising("newer") }
        if ledger.generation != generation { numbers = Numbers() }
        generation = ledger.generation
        // A process that made a checkpoint died before it said so.
        if !ledger.isComplete { try database.run("UPDATE ledger SET is_complete = 1") }
    }

    /// The id that the next charge gets. Ids are never used again: the latest charge always stays in the file.
    func nextChargeID() throws(SQLiteError) -> ChargeID {
        if let nextCharge { return nextCharge }
        let latest = try database.integer("SELECT max(id) FROM charges") ?? 0
        let next = ChargeID(rawValue: latest + 1)
        nextCharge = next
        return next
    }

    /// A charge was made under that id.
    func noteCharge(_ id: ChargeID) { nextCharge = ChargeID(rawValue: id.rawValue + 1) }

    /// What a row held before is overwritten in the file, and not only released.
    /// [secure_delete](https://www.sqlite.org/pragma.html#pragma_secure_delete)
    func erasing<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try database.execute(script: "PRAGMA secure_delete = ON")
        defer { try? database.execute(script: "PRAGMA secure_delete = OFF") }
        return try body()
    }
}
