import Faregate
import Foundation

/// A process holds its charges as long as it renews its lease in time.
package enum Lease {
    /// The length of a lease: after it, other processes refund the holds.
    static let milliseconds: Int64 = 60_000
    /// A charge renews a lease with less than this left, so that a busy process needs no separate heartbeat.
    package static let renewalMilliseconds: Int64 = 45_000
    /// The part of a lease that may have passed when a charge is made.
    package static let spentMilliseconds = milliseconds - renewalMilliseconds

    /// The host and the process id, for people.
    static var holderName: String {
        let process = ProcessInfo.processInfo
        return "\(process.hostName):\(process.processIdentifier)"
    }
}

extension Books {
    /// Renews the lease if less than ``Lease/renewalMilliseconds`` of it is left.
    func keepLease(at now: Timestamp) throws(SQLError) {
        let needed = now.advanced(byMilliseconds: Lease.renewalMilliseconds)
        let isLong = try database.integer("SELECT alive_until >= ?2 FROM holders WHERE id = ?1", holder, needed)
        if isLong != 1 { try extendLease(at: now) }
    }

    /// Renews the lease, one row for all charges of this process. A clock that stepped back doesn't shorten it.
    func extendLease(at now: Timestamp) throws(SQLError) {
        try database.run(
            """
            INSERT INTO holders (id, name, alive_until) VALUES (?1, ?2, ?3)
            ON CONFLICT (id) DO UPDATE SET alive_until = max(holders.alive_until, excluded.alive_until)
            """,
            holder, Lease.holderName, now.advanced(byMilliseconds: Lease.milliseconds)
        )
    }

    /// Deletes this process's row in `holders` if it ends without open charges.
    package func endLease() throws(SQLError) {
        try database.run(
            """
            DELETE FROM holders WHERE id = ?1
                AND NOT EXISTS (SELECT 1 FROM charges WHERE holder_id = holders.id AND state = 0)
            """,
            holder
        )
    }

    /// Renews the lease of a process with open charges.
    func heartbeat(at now: Timestamp) throws(SQLError) {
        let holdsAnything = try database.integer(
            "SELECT 1 FROM charges WHERE holder_id = ?1 AND state = 0 LIMIT 1", holder
        )
        if holdsAnything != nil { try extendLease(at: now) }
    }

    /// Refunds up to 1,000 charges of processes whose lease is over. The next process that has the ledger open, such as
    /// the restarted server, does so: at most about 75 seconds after the crash if one is running. This process's own
    /// charges are not excluded: once its lease is over, any process, this one included, may refund them.
    func recover(at now: Timestamp) throws(SQLError) -> [Ledger.OpenCharge] {
        var recovered: [Ledger.OpenCharge] = []
        let abandoned = try database.openCharges(of: "coalesce(holders.alive_until, 0) < ?1", now, count: 1000)
        try lockAccounts(of: abandoned)
        for charge in abandoned {
            if try refund(charge.id, because: .abandoned, at: now) { recovered.append(charge) }
        }
        return recovered
    }

    /// Locks the accounts of the charges in the order of their ids, so that no two transactions wait for each other.
    private func lockAccounts(of charges: [Ledger.OpenCharge]) throws(SQLError) {
        guard !charges.isEmpty else { return }
        let accounts = try database.rows(
            """
            SELECT DISTINCT account_id FROM charges
            WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(?1)) ORDER BY account_id
            """,
            json(charges.map(\.id.rawValue))
        ) { $0.integer(0) }
        for account in accounts { try database.lock(.account(account)) }
    }

    /// Deletes the rows in `holders` of processes without open charges whose lease is over.
    func dropHolders(at now: Timestamp) throws(SQLError) {
        try database.run(
            """
            DELETE FROM holders WHERE alive_until < ?1
                AND NOT EXISTS (SELECT 1 FROM charges WHERE holder_id = holders.id AND state = 0)
            """,
            now
        )
    }
}

extension SQLConnection {
    /// The open charges of some holders, oldest first. The cost grows with the number of open charges, not
    /// with the number of all charges.
    func openCharges(of holders: String, _ now: Timestamp, count: Int64) throws(SQLError) -> [Ledger.OpenCharge] {
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
    init(_ row: any SQLRow) throws(SQLError) {
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
