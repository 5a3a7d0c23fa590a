public import Faregate
import FaregateBooks

extension SQLiteLedger {
    /// The plans that accounts are on, except the known ones, sorted by name. Reads every account, on a connection of
    /// its own, while calls go on.
    ///
    /// - Parameter known: the names of the policy's plans.
    /// - Throws: `LedgerError` when the file can't be read.
    public func plansInUse(besides known: Set<String>) async throws(LedgerError) -> [Ledger.PlanUse] {
        let (path, access) = (path, access)
        return try await onThread { () throws(LedgerError) in
            try explaining(errorsOf: path) { () throws(SQLError) in
                try Database.openReader(path: path, access).plansInUse(besides: known)
            }
        }
    }
}
