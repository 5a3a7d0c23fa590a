import Faregate
import Foundation

/// This process, as the one that holds its charges: they are its own as long as its lease is moved on in time.
struct Holder {
    /// Random, so that no other process ever has it: a number that was dropped must not come back as somebody else's,
    /// whose signs of life would keep the holds of a dead one. 48 bits take six bytes in a charge's row.
    let id = Int64.random(in: 1..<1 << 48)
    /// Whether anything was ever held: who never did has nothing to say.
    private(set) var isKnown = false
    /// Nil when it can't be told what is on disk, because a transaction was undone.
    var aliveUntil: Timestamp? {
        didSet { isKnown = isKnown || aliveUntil != nil }
    }

    /// How long a process may give no sign of life before others refund what it holds.
    static let leaseMilliseconds: Int64 = 60_000
    /// A charge moves a lease on that has less than this left, so that a busy process needs no heartbeat of its own.
    static let renewalMilliseconds: Int64 = 45_000

    /// How long one that is over is kept that holds nothing: a clock that steps back finds it again.
    static let keptMilliseconds: Int64 = 24 * 60 * 60 * 1000

    /// A host and a process id, for people.
    static var name: String {
        let process = ProcessInfo.processInfo
        return "\(process.hostName):\(process.processIdentifier)"
    }
}

extension Connection {
    /// Moves the lease on where little of it is left.
    func keepLease(at now: Timestamp) throws(SQLiteError) {
        if let aliveUntil = holder.aliveUntil, now.advanced(byMilliseconds: Holder.renewalMilliseconds) <= aliveUntil {
            return
        }
        try extendLease(at: now)
    }

    /// One statement for all the charges of this process. A lease never gets shorter: the clock may have stepped back.
    func extendLease(at now: Timestamp) throws(SQLiteError) {
        let aliveUntil = now.advanced(byMilliseconds: Holder.leaseMilliseconds)
        try run(.extendLease, holder.id, Holder.name, aliveUntil)
        holder.aliveUntil = max(holder.aliveUntil ?? aliveUntil, aliveUntil)
    }
}
