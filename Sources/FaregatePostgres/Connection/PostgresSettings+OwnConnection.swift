#if Postgres
import Faregate
import FaregateBooks

extension PostgresSettings {
    /// Runs long work on a connection and a thread of its own.
    func onOwnConnection<Value: Sendable>(
        _ work: @escaping @Sendable (PostgresConnection) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        try await onThread { () throws(LedgerError) in
            do throws(SQLError) { return try work(PostgresConnection(self)) } catch {
                throw LedgerError(error, at: place, schema: schema)
            }
        }
    }
}

extension PostgresLedger {
    /// Runs long work on a connection and a thread of its own. Throws if the ledger is closed.
    func onOwnConnection<Value: Sendable>(
        _ work: @escaping @Sendable (PostgresConnection) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        try await readers.read { _ throws(SQLError) in }
        return try await settings.onOwnConnection(work)
    }
}
#endif
