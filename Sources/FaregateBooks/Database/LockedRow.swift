package import Faregate

/// A row that a transaction locks before reading it. Only a database that runs several transactions at the same time
/// needs this.
package enum LockedRow: Sendable {
    case account(Int64)
    case accountOfCharge(ChargeID)
    /// A counter. A lock on the account isn't enough for counters that all accounts share, and housekeeping deletes
    /// hits of a counter without a lock on its account.
    case counter(Counter)
}
