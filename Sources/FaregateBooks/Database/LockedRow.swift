package import Faregate

/// A row that a transaction locks before it reads it, in a database whose transactions run at the same time.
package enum LockedRow: Sendable {
    case account(Int64)
    case accountOfCharge(ChargeID)
    /// Only counters of all accounts: an account's own counters are locked with it.
    case counter(Counter)
}
