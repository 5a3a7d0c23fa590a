package import Faregate

/// Pauses recovery after a time in which this process could not renew its lease.
///
/// Then the other processes probably couldn't renew theirs either: the database was down, or the disk was full. The
/// first process that reaches the ledger again would take all others for dead, and refund what they hold.
package final class RecoveryPause: Sendable {
    /// Nil while this process can't renew its lease.
    private let end = Mutex<Timestamp?>(Timestamp(rawValue: .min))

    package init() {}

    /// - Parameter isRenewed: whether this process has just renewed its lease.
    /// - Returns: whether the holds of processes without a lease may be refunded now. After a failure, one lease has to
    ///   pass first, in which every live process renews its own.
    package func allowsRecovery(isRenewed: Bool, at now: Timestamp) -> Bool {
        end.withLock { end in
            guard isRenewed else {
                end = nil
                return false
            }
            // At most one lease from now, even if the clock was set back meanwhile.
            let moment = min(end ?? .never, now.advanced(byMilliseconds: Lease.milliseconds))
            end = moment
            return now >= moment
        }
    }
}
