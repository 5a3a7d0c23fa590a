package import Faregate

/// A row that a transaction locks before reading it. Only a database that runs several transactions at the same time
/// needs this.
package enum LockedRow: Sendable {
    case account(Int64)
    case accountOfCharge(ChargeID)
    /// A counter that all accounts share. The counters of one account need no lock: locking the account is enough.
    case counter(Counter)
}
