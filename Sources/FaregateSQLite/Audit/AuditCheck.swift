/// One step of an audit: a query whose every row is a difference.
///
/// The columns are kind, subject, expected, found, and for what can be repaired the table and the number of its row. A
/// query goes over the journal once, in the order that it needs; SQLite sorts on disk, so that memory stays bounded.
struct AuditCheck {
    let step: String
    let sql: String

    static let all: [AuditCheck] = [
        grants, strayGrants, charges, chargesWithoutEntries, payments, accounts, burnOrder, chain, references, keys,
        counters, calendarCounters, foreignKeys,
    ]
}

/// The names of things, as SQL expressions.
enum AuditName {
    static func account(_ id: String) -> String {
        "coalesce((SELECT name FROM accounts WHERE id = \(id)), 'no account')"
    }

    static func grant(_ id: String) -> String {
        """
        coalesce((
            SELECT 'grant "' || grants.reference || '" of ' || coalesce(accounts.name, 'no account')
            FROM grants LEFT JOIN accounts ON accounts.id = grants.account_id WHERE grants.id = \(id)),
            'grant ' || \(id))
        """
    }

    static func charge(_ id: String) -> String {
        """
        'charge ' || \(id) || coalesce((
            SELECT ' of ' || coalesce(accounts.name, 'no account') || coalesce(' for ' || prices.action, '')
            FROM charges
                LEFT JOIN accounts ON accounts.id = charges.account_id
                LEFT JOIN prices ON prices.id = charges.price_id
            WHERE charges.id = \(id)), '')
        """
    }

    /// Whose counter it is, and of which limit: see the table `counters`.
    static func counter(_ id: String) -> String {
        """
        'limit "' || coalesce((SELECT name FROM limits WHERE id = \(id) & 65535), \(id) & 65535) || '" of '
            || CASE
                WHEN \(id) >> 16 = 0 THEN 'everyone'
                WHEN \(id) >> 16 & 1 THEN coalesce((
                    SELECT 'member ' || members.name || ' of ' || accounts.name
                    FROM members JOIN accounts ON accounts.id = members.account_id
                    WHERE members.id = \(id) >> 17), 'no member')
                ELSE \(account("\(id) >> 17")) END
        """
    }
}
