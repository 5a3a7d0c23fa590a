import Faregate
import Foundation

/// A process holds its charges as long as it says in time that it lives.
enum Lease {
    /// How long a process may give no sign of life before others refund what it holds.
    static let milliseconds: Int64 = 60_000
    /// A charge extends a lease that has less than this left, so that a busy process needs no heartbeat of its own.
    static let renewalMilliseconds: Int64 = 45_000
    /// How much of a lease may be over when a charge is made.
    static let spentMilliseconds = milliseconds - renewalMilliseconds

    /// A host and a process id, for people.
    static var holderName: String {
        let process = ProcessInfo.processInfo
        return "\(process.hostName):\(process.processIdentifier)"
    }
}

extension Books {
    /// Extends the lease where little of it is left.
    func keepLease(at now: Timestamp) throws(SQLiteError) {
        let needed = now.advanced(byMilliseconds: Lease.renewalMilliseconds)
        let isLong = try database.integer("SELECT alive_until >= ?2 FROM holders WHERE id = ?1", holder, needed)
        if isLong != 1 { try extendLease(at: now) }
    }

    /// One statement for all the charges of this process. A lease never gets shorter: the clock may have stepped back.
    func extendLease(at now: Timestamp) throws(SQLiteError) {
        try database.run(
            """
            INSERT INTO holders (id, name, alive_until) VALUES (?1, ?2, ?3)
            ON CONFLICT (id) DO UPDATE SET alive_until = max(alive_until, excluded.alive_until)
            """,
            holder, Lease.holderName, now.advanced(byMilliseconds: Lease.milliseconds)
        )
    }

    /// A process that ends and holds nothing is forgotten.
    func endLease() throws(SQLiteError) {
        try database.run(
            """
            DELETE FROM holders WHERE id = ?1
                AND NOT EXISTS (SELECT 1 FROM charges WHERE holder_id = holders.id AND state = 0)
            """,
            holder
        )
    }

    /// Extends the lease of a process that holds anything.
    func heartbeat(at now: Timestamp) throws(SQLiteError) {
        let holdsAnything = try database.integer(
            "SELECT 1 FROM charges WHERE holder_id = ?1 AND state = 0 LIMIT 1", holder
        )
        if holdsAnything != nil { try extendLease(at: now) }
    }

    /// Refunds some of what is held by processes whose lease is over: up to 1,000 charges. This process's own lease is
    /// no exception: once it is over, another process may refund these charges too.
    func recover(at now: Timestamp) throws(SQLiteError) -> [Ledger.OpenCharge] {
        var recovered: [Ledger.OpenCharge] = []
        for charge in try database.openCharges(of: "coalesce(holders.alive_until, 0) < ?1", now, count: 1000) {
            if try refund(charge.id, because: .abandoned, at: now) { recovered.append(charge) }
        }
        return recovered
    }

    /// Forgets the processes whose lease is over and that hold nothing.
    func dropHolders(at now: Timestamp) throws(SQLiteError) {
        try database.run(
            """
            DELETE FROM holders WHERE alive_until < ?1
                AND NOT EXISTS (SELECT 1 FROM charges WHERE holder_id = holders.id AND state = 0)
            """,
            now
        )
    }
}

extension Database {
    /// The open charges of some holders, oldest first. The cost grows with the number of charges that are open, not
    /// with those that were ever made.
    func openCharges(of holders: String, _ now: Timestamp, count: Int64) throws(SQLiteError) -> [Ledger.OpenCharge] {
        try rows(
            """
            SELECT charges.id, accounts.name, prices.action, charges.cost, charges.created_at,
                coalesce(holders.name, ''), coalesce(holders.alive_until, 0)
            FROM open_holders
                LEFT JOIN holders ON holders.id = open_holders.id
                CROSS JOIN charges INDEXED BY charges_open ON charges.holder_id = open_holders.id AND charges.state = 0
                JOIN accounts ON accounts.id = charges.account_id
                JOIN prices ON prices.id = charges.price_id
            WHERE \(holders)
            ORDER BY charges.id LIMIT ?2
            """,
            now, count, read: Ledger.OpenCharge.init
        )
    }
}

extension Ledger.OpenCharge {
    init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: ChargeID(rawValue: row.integer(0)),
            account: try AccountID(stored: row.text(1)),
            action: row.text(2),
            cost: try row.credits(3),
            createdAt: Timestamp(rawValue: row.integer(4)),
            holder: row.text(5),
            deadline: Timestamp(rawValue: row.integer(6))
        )
    }
}
