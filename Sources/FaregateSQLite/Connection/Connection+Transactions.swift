extension Connection {
    /// Several statements that stand or fall together, inside a transaction that others share.
    func step<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try run(.savepoint)
        do throws(SQLiteError) {
            let value = try body()
            try run(.releaseSavepoint)
            return value
        } catch {
            // Some errors roll the whole transaction back by themselves, and the savepoint with it.
            if isInTransaction {
                try run(.rollBackToSavepoint)
                try run(.releaseSavepoint)
            }
            throw error
        }
    }
}
