import Faregate
import Foundation

/// This process, as the one that holds its charges: they are its own as long as its lease is moved on in time.
struct Holder {
    let id: Int64
    var aliveUntil: Timestamp

    /// How long a process may give no sign of life before others refund what it holds.
    static let leaseMilliseconds: Int64 = 60_000
    /// A charge moves a lease on that has less than this left, so that a busy process needs no heartbeat of its own.
    static let renewalMilliseconds: Int64 = 45_000

    /// A host and a process id, for people.
    static var name: String {
        let process = ProcessInfo.processInfo
        return "\(process.hostName):\(process.processIdentifier)"
    }
}

extension Connection {
    /// The holder of the charges that this connection makes, its lease long enough.
    func holderID(at now: Timestamp) throws(SQLiteError) -> Int64 {
        if let holder, now.advanced(byMilliseconds: Holder.renewalMilliseconds) <= holder.aliveUntil {
            return holder.id
        }
        return try extendLease(at: now)
    }

    /// One statement for all the charges of this process. A lease never gets shorter: the clock may have stepped back.
    @discardableResult
    func extendLease(at now: Timestamp) throws(SQLiteError) -> Int64 {
        let aliveUntil = now.advanced(byMilliseconds: Holder.leaseMilliseconds)
        if var holder {
            holder.aliveUntil = max(holder.aliveUntil, aliveUntil)
            // Nobody drops a holder that holds something; one that held nothing for long may be gone.
            if try run(.extendLease, holder.id, holder.aliveUntil) == 1 {
                self.holder = holder
                return holder.id
            }
        }
        try run(.addHolder, Holder.name, aliveUntil)
        let holder = Holder(id: lastInsertedID, aliveUntil: aliveUntil)
        self.holder = holder
        return holder.id
    }
}
