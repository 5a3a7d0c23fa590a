extension Database {
    /// Several statements that stand or fall together, inside a transaction that others share.
    func savepoint<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try run("SAVEPOINT job")
        do throws(SQLiteError) {
            let value = try body()
            try run("RELEASE job")
            return value
        } catch {
            undoSavepoint()
            throw error
        }
    }

    /// Some errors roll the whole transaction back, and the savepoint with it. Where the savepoint can't be undone the
    /// transaction has to go, so that no half of a job is ever committed.
    func undoSavepoint() {
        guard isInTransaction else { return }
        do throws(SQLiteError) {
            try run("ROLLBACK TO job")
            try run("RELEASE job")
        } catch {
            rollback()
        }
    }

    /// Ends the transaction, if there is one, with nothing written.
    func rollback() {
        if isInTransaction { _ = try? run("ROLLBACK") }
    }

    /// A transaction of its own.
    @discardableResult
    func transaction<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try run("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            rollback()
            throw error
        }
    }

    /// Several reads that see the same moment.
    func snapshot<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try run("BEGIN")
        defer { if isInTransaction { _ = try? run("COMMIT") } }
        return try body()
    }
}
