import Foundation
import Workload

/// What the disk and SQLite allow: a loop over the C API that checks and deducts with one UPDATE and writes one line
/// of a journal, with the durability that Faregate has (WAL, `synchronous = FULL`). No limits, no grants, no charges.
final class BareLoop {
    private let database: BareDatabase
    private let begin, deduct, deductOnly, journal, settle, commit: BareStatement
    private let names: BareNames
    private let workload: Workload
    private var next = 0
    /// Accounts whose last call is held and waits for the next transaction to be settled.
    private var held: [Int64] = []
    private(set) var calls = 0

    /// - Parameters:
    ///   - path: the file to make.
    ///   - workload: the accounts and the order of calls.
    init(path: String, workload: Workload) {
        self.workload = workload
        database = BareDatabase(path: path)
        database.run(BareLoop.tables(workload.accounts))
        begin = database.prepare("BEGIN IMMEDIATE")
        deductOnly = database.prepare(
            "UPDATE accounts SET balance = balance - ?2 WHERE name = ?1 AND balance >= ?2 RETURNING id"
        )
        deduct = database.prepare(
            "UPDATE accounts SET balance = balance - ?2, held = held + ?2 WHERE name = ?1 AND balance >= ?2 RETURNING id"
        )
        settle = database.prepare("UPDATE accounts SET held = held - ?2 WHERE id = ?1 AND held >= ?2 RETURNING id")
        journal = database.prepare("INSERT INTO journal (account_id, credits, at) VALUES (?, ?, ?)")
        commit = database.prepare("COMMIT")
        names = BareNames(accounts: workload.accounts, name: Workload.name)
    }

    /// One transaction after the other, each with so many calls.
    ///
    /// - Parameters:
    ///   - batch: calls in a transaction.
    ///   - settling: whether a call is settled too: together with the next batch, as Faregate does it.
    ///   - seconds: how long.
    func measure(batch: Int, settling: Bool, seconds: Double) -> Rate {
        let start = ContinuousClock.now
        let before = calls
        while ContinuousClock.now - start < .seconds(seconds) { transaction(batch: batch, settling: settling) }
        return Rate(count: calls - before, since: start)
    }

    /// What one caller waits for a transaction with one call, in microseconds each.
    func latencies(seconds: Double) -> [Double] {
        let start = ContinuousClock.now
        var (times, last) = ([Double](), start)
        while last - start < .seconds(seconds) {
            transaction(batch: 1, settling: false)
            let now = ContinuousClock.now
            times.append((now - last).inMicroseconds)
            last = now
        }
        return times
    }

    /// Settles what is held, and compares the balances and the journal with what was called.
    func verify() {
        transaction(batch: 0, settling: true)
        let sums = database.integers("SELECT sum(balance), sum(held) FROM accounts")
        let spent = workload.accounts * Workload.credits - sums[0]
        precondition(spent == calls * Workload.cost && sums[1] == 0, "the bare loop lost credits")
    }

    private func transaction(batch: Int, settling: Bool) {
        begin.run()
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        if settling { settleHeld(at: now) }
        for _ in 0..<batch { hold(at: now, settling: settling) }
        commit.run()
        calls += batch
    }

    private func hold(at now: Int64, settling: Bool) {
        let deduct = settling ? deduct : deductOnly
        let account = names.withName(of: workload.order[next]) { name in
            deduct.bind(name, at: 1)
            deduct.bind(Int64(Workload.cost), at: 2)
            return deduct.integer()
        }
        next = next + 1 == workload.order.count ? 0 : next + 1
        write(account, -Int64(Workload.cost), at: now)
        if settling { held.append(account) }
    }

    private func settleHeld(at now: Int64) {
        for account in held {
            settle.bind(account, at: 1)
            settle.bind(Int64(Workload.cost), at: 2)
            _ = settle.integer()
            write(account, 0, at: now)
        }
        held.removeAll(keepingCapacity: true)
    }

    private func write(_ account: Int64, _ credits: Int64, at now: Int64) {
        journal.bind(account, at: 1)
        journal.bind(credits, at: 2)
        journal.bind(now, at: 3)
        journal.run()
    }

    private static func tables(_ accounts: Int) -> String {
        """
        PRAGMA synchronous = OFF;
        BEGIN;
        CREATE TABLE accounts (
            id      INTEGER PRIMARY KEY,
            name    TEXT    NOT NULL UNIQUE,
            balance INTEGER NOT NULL CHECK (balance >= 0),
            held    INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0)
        ) STRICT;
        CREATE TABLE journal (
            id         INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL,
            credits    INTEGER NOT NULL,
            at         INTEGER NOT NULL
        ) STRICT;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(accounts))
        INSERT INTO accounts (id, name, balance) SELECT i, 'account-' || i, \(Workload.credits) FROM n;
        COMMIT;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        -- As Faregate has them. Without the last of them every UPDATE allocates 64 KiB, which halves the loop whenever
        -- these lie at the end of the heap and go back to the system each time.
        PRAGMA cache_size = -32768;
        PRAGMA wal_autocheckpoint = 8000;
        PRAGMA temp_store = MEMORY;
        """
    }
}
