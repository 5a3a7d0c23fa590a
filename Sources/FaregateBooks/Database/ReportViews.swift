/// The views for tools that read a ledger with SQL, such as BI tools. Both databases have the same views, and their
/// columns are documented: later versions only add columns.
///
/// Attributes, references, reasons and payers are left out, because they can contain personal data. The views are part
/// of the schemas' first versions: after the first release only a migration adds a column.
package enum ReportViews {
    package static let names = ["report_calls", "report_grants", "report_purchases", "report_accounts"]

    /// - Parameter now: the present time in milliseconds since 1970, as an SQL expression.
    /// - Returns: the statements that make the views.
    package static func sql(now: String) -> String {
        calls + grants(now) + purchases + accounts(now)
    }

    private static let never = "9223372036854775807"

    private static let calls = """
        -- Views for BI tools, whose columns are documented. Times are milliseconds since 1970, in UTC.
        CREATE VIEW report_calls AS
            SELECT charges.id AS charge, charges.created_at, accounts.name AS account, members.name AS member,
                prices.action, charges.plan,
                CASE charges.state WHEN 0 THEN 'held' WHEN 1 THEN 'settled' ELSE 'refunded' END AS state,
                charges.cost + charges.debt AS credits, charges.quoted, prices.rule, prices.policy_version,
                CASE WHEN charges.state > 0 THEN charges.state_since END AS closed_at, charges.units, charges.used
            FROM charges
                JOIN accounts ON accounts.id = charges.account_id
                JOIN prices ON prices.id = charges.price_id
                LEFT JOIN members ON members.id = charges.member_id;


        """

    private static func grants(_ now: String) -> String {
        """
        CREATE VIEW report_grants AS
            SELECT grants.id AS number, grants.granted_at, accounts.name AS account,
                CASE grants.source
                    WHEN 0 THEN 'plan' WHEN 1 THEN 'purchase' WHEN 2 THEN 'promotion' ELSE 'adjustment' END AS source,
                grants.granted AS credits,
                CASE WHEN grants.expires_at > \(now) THEN grants.remaining ELSE 0 END AS remaining,
                CASE WHEN grants.expires_at > \(now) THEN grants.expired ELSE grants.expired + grants.remaining END
                    AS expired,
                grants.actions AS pays_for,
                nullif(grants.expires_at, \(never)) AS expires_at
            FROM grants JOIN accounts ON accounts.id = grants.account_id;


        """
    }

    private static let purchases = """
        CREATE VIEW report_purchases AS
            SELECT purchases.name AS purchase, purchases.opened_at, accounts.name AS account, purchases.provider,
                purchases.pack, purchases.quantity, purchases.credits, purchases.position AS granted,
                purchases.price_minor, purchases.currency, CASE WHEN purchases.unpaid THEN 0 ELSE 1 END AS paid,
                CASE WHEN purchases.flagged THEN 1 ELSE 0 END AS flagged, purchases.policy_version
            FROM purchases JOIN accounts ON accounts.id = purchases.account_id;


        """

    private static func accounts(_ now: String) -> String {
        """
        CREATE VIEW report_accounts AS
            SELECT accounts.name AS account, accounts.plan, accounts.opened_at,
                CAST(coalesce((
                    SELECT sum(grants.remaining) FROM grants
                    WHERE grants.account_id = accounts.id AND NOT grants.spent AND grants.expires_at > \(now)), 0)
                    AS bigint) AS remaining,
                accounts.debt, accounts.suspended_at
            FROM accounts;


        """
    }
}
