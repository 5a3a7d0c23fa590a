/// The result of settling a charge.
package enum SettleResult: Sendable, Hashable {
    case settled(Settled)
    /// The charge was already closed or doesn't exist: nothing was changed.
    case notHeld
}
