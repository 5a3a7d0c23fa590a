import Foundation
import GRDB
import Workload

/// What a Swift developer would write with GRDB: one transaction holds, another settles; rows are records.
struct GRDBPeer: Sendable {
    struct OutOfCredits: Error {}
    struct LimitReached: Error {}

    private let pool: DatabasePool
    private let workload: Workload
    private let names: [String]
    private let windows: [String]

    init(path: String, workload: Workload) throws {
        self.workload = workload
        names = (1...workload.accounts).map(Workload.name)
        let day = Date().formatted(.iso8601.year().month().day())
        windows = [day, String(day.prefix(7))]
        pool = try DatabasePool(path: path)
        // GRDB's own choice is NORMAL, which does not wait for the disk.
        try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        try pool.write { db in try makeTables(db) }
    }

    /// So many tasks, each of which holds, then settles.
    func measure(callers: Int, seconds: Double) async throws -> Rate {
        try await crowd(of: callers, seconds: seconds) { caller, turns in
            let place = (workload.start(of: caller, among: callers) + turns) % workload.order.count
            try await settle(try await hold(names[Int(workload.order[place]) - 1]))
        }
    }

    func hold(_ name: String) async throws -> Int64 {
        try await pool.write { db in
            guard var account = try Account.filter(Column("name") == name).fetchOne(db) else { throw OutOfCredits() }
            for window in windows {
                let key = "\(name)/\(window)"
                var counter = try Counter.fetchOne(db, key: key) ?? Counter(name: key, used: 0)
                guard counter.used < Workload.limit else { throw LimitReached() }
                counter.used += 1
                try counter.save(db)
            }
            guard account.balance >= Workload.cost else { throw OutOfCredits() }
            account.balance -= Workload.cost
            account.held += Workload.cost
            try account.update(db)
            let charge = try Charge(accountID: account.id, credits: Workload.cost, isSettled: false).inserted(db)
            try JournalLine(accountID: account.id, credits: -Workload.cost, at: Date()).insert(db)
            return charge.id ?? 0
        }
    }

    func settle(_ id: Int64) async throws {
        try await pool.write { db in
            var charge = try Charge.find(db, key: id)
            guard !charge.isSettled else { return }
            charge.isSettled = true
            try charge.update(db)
            var account = try Account.find(db, key: charge.accountID)
            account.held -= charge.credits
            try account.update(db)
            try JournalLine(accountID: account.id, credits: 0, at: Date()).insert(db)
        }
    }

    /// Compares the balances with what was called.
    func verify(calls: Int) throws {
        let (balance, held, synchronous) = try pool.writeWithoutTransaction { db in
            (
                try Int.fetchOne(db, sql: "SELECT sum(balance) FROM account") ?? 0,
                try Int.fetchOne(db, sql: "SELECT sum(held) FROM account") ?? 0,
                try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 0
            )
        }
        let spent = workload.accounts * Workload.credits - balance
        precondition(spent == calls * Workload.cost && held == 0, "GRDB's peer lost credits")
        precondition(synchronous == 2, "GRDB's peer didn't wait for the disk")
    }

    private func makeTables(_ db: Database) throws {
        try db.create(table: "account") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("name", .text).notNull().unique()
            table.column("balance", .integer).notNull().check { $0 >= 0 }
            table.column("held", .integer).notNull()
        }
        try db.create(table: "counter") { table in
            table.primaryKey("name", .text)
            table.column("used", .integer).notNull()
        }
        try db.create(table: "charge") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("accountID", .integer).notNull()
            table.column("credits", .integer).notNull()
            table.column("isSettled", .boolean).notNull()
        }
        try db.create(table: "journalLine") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("accountID", .integer).notNull()
            table.column("credits", .integer).notNull()
            table.column("at", .datetime).notNull()
        }
        for (index, name) in names.enumerated() {
            try Account(id: Int64(index + 1), name: name, balance: Workload.credits, held: 0).insert(db)
        }
    }
}
