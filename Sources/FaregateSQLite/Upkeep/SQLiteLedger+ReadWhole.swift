package import Faregate
package import FaregateBooks

extension SQLiteLedger {
    package func readWhole<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Value
    ) async throws(LedgerError) -> Value {
        let (path, access) = (path, access)
        return try await onThread { () throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLError) in
                let database = try Database.openReader(path: path, access)
                return try database.snapshot { () throws(SQLError) in try work(database) }
            }
        }
    }
}
