import FaregateBooks

extension Database {
    /// Runs several statements as one unit, inside a shared transaction.
    func savepoint<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try run("SAVEPOINT job")
        do throws(SQLError) {
            let value = try body()
            try run("RELEASE job")
            return value
        } catch {
            undoSavepoint()
            throw error
        }
    }

    /// Some errors roll back the whole transaction with the savepoint. If the savepoint can't be undone, the
    /// transaction is rolled back, so that no partial job is ever committed.
    func undoSavepoint() {
        guard isInTransaction else { return }
        do throws(SQLError) {
            try run("ROLLBACK TO job")
            try run("RELEASE job")
        } catch {
            rollback()
        }
    }

    /// Rolls back the transaction, if there is one.
    func rollback() {
        if isInTransaction { _ = try? run("ROLLBACK") }
    }

    /// Runs the body in a transaction of its own.
    @discardableResult
    func transaction<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try run("BEGIN IMMEDIATE")
        do throws(SQLError) {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            rollback()
            throw error
        }
    }

    /// Runs several reads on one snapshot.
    func snapshot<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try run("BEGIN")
        defer { if isInTransaction { _ = try? run("COMMIT") } }
        return try body()
    }
}
