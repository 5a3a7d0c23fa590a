package import Faregate
import Foundation

extension Books {
    /// Keeps the files of a policy in force, and drops the version that was used longest ago if there are too many.
    func keep(_ policy: Policy, at now: Timestamp) throws(SQLError) {
        guard let whole = json(policy.files) else { return }
        // Oversized files are left out; the version still counts as latest.
        let files = whole.utf8.count <= Ledger.KeptPolicy.maximumBytes ? whole : "[]"
        try database.run(
            """
            INSERT INTO policies (version, first_at, latest_at, files) VALUES (?1, ?2, ?2, ?3)
            ON CONFLICT (version) DO UPDATE SET
                latest_at = max(policies.latest_at, excluded.latest_at), files = excluded.files
            """,
            policy.version, now, files
        )
        try database.run(
            """
            DELETE FROM policies WHERE latest_at < (
                SELECT min(latest_at) FROM (SELECT latest_at FROM policies ORDER BY latest_at DESC LIMIT ?1) AS latest)
            """,
            Int64(Ledger.KeptPolicy.maximumCount)
        )
    }

    private func json(_ files: [Policy.FileText]) -> String? {
        (try? JSONEncoder().encode(files)).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension SQLLedger {
    package func keep(_ policy: Policy, at now: Timestamp) async throws(LedgerError) {
        try await write(.ledger) { books throws(SQLError) in try books.keep(policy, at: now) }
    }

    /// The kept policies, the latest first.
    package func keptPolicies() async throws(LedgerError) -> [Ledger.KeptPolicy] {
        try await read { database throws(SQLError) in
            try database.rows(
                "SELECT version, first_at, latest_at, files FROM policies ORDER BY latest_at DESC, version",
                read: Ledger.KeptPolicy.init)
        }
    }

    package func latestKeptPolicy() async throws(LedgerError) -> Ledger.KeptPolicy? {
        try await read { database throws(SQLError) in
            try database.first(
                "SELECT version, first_at, latest_at, files FROM policies ORDER BY latest_at DESC, version LIMIT 1",
                read: Ledger.KeptPolicy.init)
        }
    }

    /// - Parameter version: a version, as charges record it.
    package func keptPolicy(_ version: String) async throws(LedgerError) -> Ledger.KeptPolicy? {
        try await read { database throws(SQLError) in
            try database.first(
                "SELECT version, first_at, latest_at, files FROM policies WHERE version = ?1", version,
                read: Ledger.KeptPolicy.init)
        }
    }
}

extension Ledger.KeptPolicy {
    fileprivate init(_ row: any SQLRow) {
        self.init(
            version: row.text(0),
            firstAt: Timestamp(rawValue: row.integer(1)),
            latestAt: Timestamp(rawValue: row.integer(2)),
            files: (try? JSONDecoder().decode([Policy.FileText].self, from: Data(row.text(3).utf8))) ?? []
        )
    }
}
