#if Postgres
package import Faregate
import FaregateBooks
import Foundation

/// Cuts the connections of ledgers, for tests.
package final class ConnectionCutter: Sendable {
    private let settings: PostgresSettings

    package init(_ address: String) throws(LedgerError) { settings = try PostgresSettings(address: address) }

    /// Cuts one random connection after another, with pauses of 20 to 250 ms.
    ///
    /// - Returns: how many were cut.
    package func cutUntilCancelled() async throws -> Int {
        var count = 0
        while !Task.isCancelled {
            count += try await onThread { [settings] () throws(LedgerError) in
                do throws(SQLError) {
                    return try PostgresConnection(settings).rows(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE application_name = ?1 AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1
                        """,
                        settings.applicationName
                    ) { _ in true }.count
                } catch {
                    throw LedgerError(error, at: settings.place, schema: settings.schema)
                }
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 20...250)))
        }
        return count
    }
}
#endif
