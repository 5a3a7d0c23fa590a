import Faregate
import FaregateSQLite

extension Ledger {
    /// The file of the ledger: every ledger here is one on SQLite.
    var path: String {
        guard let sqlite else { preconditionFailure("a ledger that is measured has a file") }
        return sqlite.path
    }
}
