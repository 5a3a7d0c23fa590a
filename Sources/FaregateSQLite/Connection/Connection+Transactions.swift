extension Connection {
    /// Several statements that stand or fall together, inside a transaction that others share.
    func step<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try run(.savepoint)
        do throws(SQLiteError) {
            let value = try body()
            try run(.releaseSavepoint)
            return value
        } catch {
            undoStep()
            forget()
            throw error
        }
    }

    /// A statement that looks at everything before it writes, and so runs without a way back. Where it fails half-way
    /// all the same, the file is damaged: the transaction is made anew, with a way back for each of these.
    func hot<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        if isCareful { return try step(body) }
        do throws(SQLiteError) {
            return try body()
        } catch {
            if error.raised == nil { isHalfDone = true }
            throw error
        }
    }

    /// Some errors roll the whole transaction back by themselves, and the savepoint with it. Where a step can't be
    /// undone, the transaction has to go, so that none of its half is ever committed.
    func undoStep() {
        guard isInTransaction else { return }
        do throws(SQLiteError) {
            try run(.rollBackToSavepoint)
            try run(.releaseSavepoint)
        } catch {
            if isInTransaction { _ = try? run(.rollback) }
        }
    }

    /// Several reads that see the same moment.
    func snapshot<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        try run(.beginReading)
        defer { if isInTransaction { _ = try? run(.commit) } }
        return try body()
    }

    /// What a transaction wrote that was rolled back, nobody knows any more.
    func forget() {
        names = Names()
        knownTerms.removeAll()
        latestTerms = nil
        // It stays the same, or nobody would extend the lease of what it holds already.
        holder.aliveUntil = nil
        latest = nil
        forgetPrograms()
    }
}
