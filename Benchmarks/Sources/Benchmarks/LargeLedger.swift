import Faregate
import FaregateSQLite
import Foundation
import Workload

/// All that the benchmark knows of the ledger's schema: how to fill a file with years of calls in a minute, and how
/// to look at it without the library.
enum LargeLedger {
    /// What an account can spend, by its name: as short as it can be.
    static let spendable = """
        SELECT coalesce(sum(remaining), 0) FROM grants
        WHERE account_id = (SELECT id FROM accounts WHERE name = ?) AND NOT spent
        """

    /// All that the library tells of a balance.
    static let balance = """
        SELECT accounts.plan, accounts.suspended_at, accounts.due_at, accounts.debt,
            (SELECT sum(cost) FROM charges WHERE account_id = accounts.id AND state = 0),
            source, expires_at, granted, remaining, taken, expired, reversed
        FROM accounts LEFT JOIN grants ON grants.id BETWEEN accounts.id << 20 AND accounts.id << 20 | 1048575
        WHERE accounts.name = ?
        """

    /// What was spent of all grants, and what is held of them.
    static let sums = """
        SELECT sum(taken) - held, held
        FROM grants, (SELECT coalesce(sum(cost), 0) AS held FROM charges WHERE state = 0)
        """

    /// Makes a ledger with so many accounts and lines in the journal: a grant for each account, then settled calls.
    ///
    /// The library makes the file and one call in it, whose rows are the pattern of all others.
    static func make(path: String, accounts: Int, lines: Int) async throws {
        try await makePattern(path: path)
        let database = BareDatabase(path: path)
        database.run("PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000;")
        database.run("PRAGMA foreign_keys = OFF; BEGIN;")
        let rules = database.texts("SELECT sql FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql NOT NULL")
        for (kind, name) in database.pairs(
            "SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql NOT NULL"
        ) {
            database.run("DROP \(kind) \(name)")
        }
        database.run(keepPattern)
        database.run(numbers(accounts: accounts, charges: max(0, lines - accounts) / 2))
        database.run(rows)
        for rule in rules { database.run(rule) }
        database.run("COMMIT; PRAGMA synchronous = FULL;")
        try flush(path)
    }

    private static func makePattern(path: String) async throws {
        let ledger = try await SQLiteLedger.open(path)
        let calls = try GatedCalls(ledger: ledger, workload: .hot)
        try await calls.gate.run("generate", for: calls.order[0]) { _ in }
        await ledger.close()
    }

    /// What the system has not written yet would be written during the measurement.
    private static func flush(_ path: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.synchronize()
        try file.close()
    }

    private static let keepPattern = """
        CREATE TEMP TABLE an_account AS SELECT * FROM accounts;
        CREATE TEMP TABLE a_grant AS SELECT * FROM grants;
        CREATE TEMP TABLE a_charge AS SELECT * FROM charges;
        DELETE FROM journal;
        DELETE FROM charges;
        DELETE FROM grants;
        DELETE FROM accounts;
        """

    /// Charge n belongs to an account that has nothing to do with that of charge n - 1.
    private static func numbers(accounts: Int, charges: Int) -> String {
        """
        CREATE TEMP TABLE each_charge (n INTEGER PRIMARY KEY, account INTEGER NOT NULL);
        WITH RECURSIVE i (n) AS (SELECT 1 WHERE \(charges) > 0 UNION ALL SELECT n + 1 FROM i WHERE n < \(charges))
        INSERT INTO each_charge SELECT n, n * 7919 % \(accounts) + 1 FROM i;

        CREATE TEMP TABLE each_account (n INTEGER PRIMARY KEY, charges INTEGER NOT NULL DEFAULT 0);
        WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < \(accounts))
        INSERT INTO each_account (n) SELECT n FROM i;
        UPDATE each_account SET charges = paid.charges
        FROM (SELECT account, count(*) AS charges FROM each_charge GROUP BY account) AS paid
        WHERE paid.account = n;
        """
    }

    private static let rows = """
        INSERT INTO accounts (id, name, plan, opened_at, due_at, burning)
        SELECT n, 'account-' || n, plan, opened_at, due_at, n << 20 | 1 FROM each_account, an_account;

        INSERT INTO grants
            (id, account_id, reference, source, priority, granted_at, expires_at, granted, remaining, taken, last_entry,
            start_1, used_1, start_2, used_2)
        SELECT n << 20 | 1, n, reference, source, priority, granted_at, expires_at, granted,
            granted - charges * cost, charges * cost, n, start_1, charges, start_2, charges
        FROM each_account, a_grant, (SELECT cost FROM a_charge);

        INSERT INTO charges
            (id, account_id, price_id, holder_id, grant_id, created_at, quoted, cost, state, state_since, counted)
        SELECT n, account, price_id, holder_id, account << 20 | 1, created_at, cost, cost, 1, created_at, counted
        FROM each_charge, a_charge;

        INSERT INTO journal (id, at, account_id, kind, credits, held, grant_id)
        SELECT n, granted_at, n, 'grant', granted, 0, n << 20 | 1 FROM each_account, a_grant;
        INSERT INTO journal (id, previous, at, account_id, kind, credits, held, charge_id, grant_id)
        SELECT accounts + n, coalesce(accounts + lag(n) OVER (PARTITION BY account ORDER BY n), account),
            created_at, account, 'charge', -cost, cost, n, account << 20 | 1
        FROM each_charge, a_charge, (SELECT count(*) AS accounts FROM each_account);
        INSERT INTO journal (at, account_id, kind, credits, held, charge_id, grant_id)
        SELECT created_at, account, 'settle', 0, -cost, n, account << 20 | 1 FROM each_charge, a_charge;

        UPDATE grants SET last_entry = latest.n
        FROM (
            SELECT account, (SELECT count(*) FROM each_account) + max(n) AS n FROM each_charge GROUP BY account
        ) AS latest
        WHERE grants.id = latest.account << 20 | 1;
        """
}
