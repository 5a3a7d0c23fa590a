/// The statements that bring what is derived back to what the journal says.
extension SQL {
    var repairText: String {
        switch self {
        case .grantFigures:
            """
            SELECT grant_id, sum(credits),
                -sum(iif(kind = 'charge' OR kind = 'refund' OR kind = 'repay', credits, 0)),
                -sum(iif(kind = 'expire', credits, 0)), -sum(iif(kind = 'reverse', credits, 0))
            FROM journal WHERE grant_id IN (SELECT value FROM json_each(?1)) GROUP BY grant_id
            """
        case .repairGrant:
            """
            UPDATE grants SET remaining = ?2, taken = ?3, expired = ?4, reversed = ?5, spent = (?2 = 0)
            WHERE id = ?1 AND (remaining, taken, expired, reversed, spent) IS NOT (?2, ?3, ?4, ?5, ?2 = 0)
            """
        case .accountFigures:
            """
            SELECT account_id, sum(debt), max(latest), 0, 0
            FROM (
                SELECT account_id, debt, iif(kind <> 'settle', id, NULL) AS latest FROM journal
                WHERE account_id IN (SELECT value FROM json_each(?1))
                UNION ALL
                SELECT value, 0, NULL FROM json_each(?1))
            GROUP BY account_id
            """
        // Zero lets the next charge see to the account, and find out when that is due again.
        case .repairAccount:
            """
            UPDATE accounts SET
                debt = ?2,
                due_at = 0,
                burning = (
                    SELECT id FROM grants WHERE account_id = ?1 AND NOT spent
                    ORDER BY priority, expires_at, id LIMIT 1)
            WHERE id = ?1
            """
        case .repairLatest: "UPDATE accounts SET last_entry = ?2 WHERE id = ?1"
        case .repairTurn:
            """
            UPDATE accounts SET
                due_at = 0,
                burning = (
                    SELECT id FROM grants WHERE account_id = accounts.id AND NOT spent
                    ORDER BY priority, expires_at, id LIMIT 1)
            WHERE id = (SELECT account_id FROM grants WHERE id = ?1)
            """
        case .counterFigures:
            """
            SELECT value, (SELECT coalesce(sum(amount), 0) FROM counter_hits WHERE counter = value), 0, 0, 0
            FROM json_each(?1)
            """
        case .repairCounter:
            "UPDATE counters SET used = ?2 WHERE id = ?1 AND window_start = 0 AND used <> ?2"
        case .repairPosition:
            """
            UPDATE purchases SET position = (
                SELECT coalesce(sum(iif(kind = 'expire', 0, credits - debt)), 0)
                FROM purchase_entries JOIN journal ON journal.id = entry WHERE purchase_id = ?1)
            WHERE id = ?1
            """
        default: preconditionFailure("\(self) repairs nothing")
        }
    }
}
