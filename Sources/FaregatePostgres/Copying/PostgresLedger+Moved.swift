#if Postgres
package import Faregate
import FaregateBooks

extension PostgresLedger {
    /// Removes the mark of a ledger that was moved to a file, so that it can be opened as it was then.
    ///
    /// - Returns: where it was moved to.
    package static func reopenMoved(_ address: String) async throws(LedgerError) -> String {
        let settings = try PostgresSettings(address: address)
        let place = try await onThread { () throws(LedgerError) in
            try settings.explaining { () throws(SQLError) in
                let connection = try PostgresConnection(settings)
                let installer = PostgresInstaller(connection: connection)
                return try connection.transaction { () throws(SQLError) -> String? in
                    try installer.lock()
                    guard try installer.hasTable("ledger"), let moved = try MovedLedger(in: connection) else {
                        return nil
                    }
                    try MovedLedger.unmark(connection)
                    return moved.place
                }
            }
        }
        guard let place else { throw MovedLedger.missing(at: settings.fullPlace) }
        return place
    }
}
#endif
