#if Postgres
import FaregateBooks

extension PostgresConnection {
    /// [Planner
    /// settings](https://www.postgresql.org/docs/current/runtime-config-query.html#RUNTIME-CONFIG-QUERY-ENABLE)
    private static let lookUpsByKey = """
        SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
        """

    /// Begins a transaction. Its settings last only as long as it does, so that they are correct with a pooler too.
    /// Statements are planned once for each connection: they look up rows by their keys, and planning them again takes
    /// longer than running them.
    ///
    /// Each statement sees what was committed before it (`READ COMMITTED`): after an account's row is locked, the
    /// next statement reads what the previous transaction committed.
    ///
    /// - Parameters:
    ///   - isReading: whether it only reads, on one snapshot.
    ///   - looksUpKeys: whether its statements are planned for look-ups by key, whatever the sizes of the tables are
    ///     when the server plans them. A plan from the time when a table was small would read all of it each time.
    ///   - script: statements that run in the same round trip.
    ///   - row: receives the rows of the script's last statement.
    /// - Throws: an error that `isReadOnly`, if a standby is asked for a transaction that writes.
    func begin(
        isReading: Bool = false, looksUpKeys: Bool = false, script: String = "",
        _ row: (any SQLRow) throws(SQLError) -> Void = { _ in }
    ) throws(SQLError) {
        do throws(SQLError) {
            try forEach(
                script: """
                    BEGIN ISOLATION LEVEL \(isReading ? "REPEATABLE READ READ ONLY" : "READ COMMITTED READ WRITE");
                    SET LOCAL search_path = \(settings.schema), pg_temp;
                    SET LOCAL statement_timeout = \(settings.statementMilliseconds);
                    SET LOCAL plan_cache_mode = force_generic_plan;
                    SET LOCAL jit = off;
                    \(looksUpKeys ? PostgresConnection.lookUpsByKey : "")
                    \(commitsToDisk ? "" : "SET LOCAL synchronous_commit = on;")
                    \(script)
                    """,
                row
            )
        } catch {
            rollback()
            // A standby's "cannot set transaction read-write mode during recovery". Recognised by its code, because the
            // server may translate the message.
            guard !isReading, error.state == SQLState.featureNotSupported else { throw error }
            throw SQLError(state: SQLState.readOnly, error.message)
        }
    }

    /// Commits. The server answers the COMMIT of a failed transaction with ROLLBACK, and no error.
    func commit() throws(SQLError) {
        let start = nanosecondsNow()
        guard try command("COMMIT") == "COMMIT" else { throw SQLError(state: "25P02", "the transaction had failed") }
        settings.counter?.noteCommit(nanoseconds: nanoseconds(since: start))
    }

    /// Runs the body in a transaction of its own.
    @discardableResult
    func transaction<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try begin()
        do throws(SQLError) {
            let value = try body()
            try commit()
            return value
        } catch {
            rollback()
            throw error
        }
    }

    /// Runs several reads on one snapshot.
    func snapshot<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try begin(isReading: true)
        defer { rollback() }
        return try body()
    }

    func savepoint<Value>(_ body: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        try execute(script: "SAVEPOINT job")
        do throws(SQLError) {
            let value = try body()
            try execute(script: "RELEASE job")
            return value
        } catch {
            undoSavepoint()
            throw error
        }
    }

    /// If the savepoint can't be undone, the transaction is rolled back, so that no partial job is ever committed.
    private func undoSavepoint() {
        guard isInTransaction else { return }
        do throws(SQLError) { try execute(script: "ROLLBACK TO job; RELEASE job") } catch { rollback() }
    }

    /// Rolls back the transaction, if there is one.
    func rollback() {
        if isInTransaction { try? execute(script: "ROLLBACK") }
    }
}
#endif
