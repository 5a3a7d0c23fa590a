import Faregate

/// A recorded refusal with the ledger's numbers for its account and member.
struct ReplayedRefusal {
    let record: Refusal.Record
    let account: Int64
    let member: Int64?
}

extension SQLConnection {
    /// The refusals that another policy could have let through: those for lack of credits, and those by a limit.
    func replayedRefusals(of records: [Refusal.Record]) throws(SQLError) -> [ReplayedRefusal] {
        var refusals: [ReplayedRefusal] = []
        for record in records where Refusal.Reason.dependsOnPolicy(kind: record.kind) {
            guard let account = try accountNumber(of: record.account) else { continue }
            refusals.append(
                ReplayedRefusal(
                    record: record, account: account,
                    member: try record.member.map { name throws(SQLError) in try memberNumber(name, of: account) }
                )
            )
        }
        return refusals
    }

    /// -2 for a member who never made a call, because no other member has that number.
    private func memberNumber(_ name: String, of account: Int64) throws(SQLError) -> Int64 {
        try integer("SELECT id FROM members WHERE account_id = ?1 AND name = ?2", account, name) ?? -2
    }
}
