/// One step of an audit: a query that returns one row for each difference.
///
/// The columns are kind, subject, expected, found and, for a repairable difference, the table and the row's key, all of
/// them text. A query reads the whole journal at most three times. The database sorts large results on disk, so that
/// the use of memory is limited.
package struct AuditCheck: Sendable {
    package let step: String
    package let sql: String

    package init(step: String, sql: String) { (self.step, self.sql) = (step, sql) }

    /// The checks of both databases.
    package static let all: [AuditCheck] = [
        grants, strayGrants, charges, chargesWithoutEntries, payments, accounts, refreshes, history, references,
        purposes, keys,
        counters, calendarCounters, purchases, withdrawals, orders,
    ]

    /// A number as text: in PostgreSQL each column of a result has one type.
    static func text(_ figure: String) -> String { "CAST(\(figure) AS text)" }

    /// A number as text, or `none` for NULL.
    static func textOrNone(_ figure: String) -> String { "coalesce(\(text(figure)), 'none')" }
}

/// Names of rows for people, as SQL expressions. Each takes a column with its table, as in `charges.account_id`. The
/// tables inside have aliases, so that no column is ambiguous.
enum AuditName {
    static func account(_ id: String) -> String {
        "coalesce((SELECT name FROM accounts AS named_account WHERE named_account.id = \(id)), 'no account')"
    }

    static func grant(_ id: String) -> String {
        """
        coalesce((
            SELECT 'grant "' || named_grant.reference || '" of ' || coalesce(payer.name, 'no account')
            FROM grants AS named_grant LEFT JOIN accounts AS payer ON payer.id = named_grant.account_id
            WHERE named_grant.id = \(id)), 'grant ' || \(id))
        """
    }

    static func charge(_ id: String) -> String {
        """
        'charge ' || \(id) || coalesce((
            SELECT ' of ' || coalesce(payer.name, 'no account') || coalesce(' for ' || named_price.action, '')
            FROM charges AS named_charge
                LEFT JOIN accounts AS payer ON payer.id = named_charge.account_id
                LEFT JOIN prices AS named_price ON named_price.id = named_charge.price_id
            WHERE named_charge.id = \(id)), '')
        """
    }

    static func purchase(_ id: String) -> String {
        """
        coalesce((
            SELECT 'purchase "' || named_purchase.name || '" of ' || coalesce(payer.name, 'no account')
            FROM purchases AS named_purchase LEFT JOIN accounts AS payer ON payer.id = named_purchase.account_id
            WHERE named_purchase.id = \(id)), 'purchase ' || \(id))
        """
    }

    /// The owner and the limit of a counter. `table` has the key columns of `counters`.
    static func counter(_ table: String) -> String {
        """
        'limit "'
            || coalesce((SELECT name FROM limits AS named_limit WHERE named_limit.id = \(table).limit_id),
                \(AuditCheck.text("\(table).limit_id")))
            || '" of ' || CASE
                WHEN \(table).account_id = 0 THEN 'everyone'
                WHEN \(table).member_id > 0 THEN coalesce((
                    SELECT 'member ' || named_member.name || ' of ' || payer.name
                    FROM members AS named_member JOIN accounts AS payer ON payer.id = named_member.account_id
                    WHERE named_member.id = \(table).member_id), 'no member')
                ELSE \(account("\(table).account_id")) END
        """
    }
}
