/// What came of an attempt to settle.
package enum SettleResult: Sendable, Hashable {
    case settled(Settled)
    /// The charge was closed before, or there is none: nothing was done.
    case notHeld
}
