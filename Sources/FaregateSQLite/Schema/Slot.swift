/// A place for what a limit has counted, in the row that a charge changes anyway: two columns of the tables `accounts` and
/// `grants`. Which limits have one: see the table `limits`.
struct Slot: Hashable {
    /// More of them would make every row longer, for accounts that have no use for them too.
    static let all = (1...4).map(Slot.init)

    let number: Int64

    /// The calendar window that was counted in, as a counter's.
    var start: String { "start_\(number)" }
    var used: String { "used_\(number)" }

    /// The columns of all slots.
    static let names = all.map { "\($0.start), \($0.used)" }.joined(separator: ", ")

    static let columns = all.map {
        "\($0.start) INTEGER NOT NULL DEFAULT 0, \($0.used) INTEGER NOT NULL DEFAULT 0 CHECK (\($0.used) >= 0)"
    }.joined(separator: ",\n            ")

    /// Accounts, each with the grant in turn where there is one.
    static let accounts = "accounts LEFT JOIN grants AS turn ON turn.id = accounts.burning"

    /// The value of a column where it stands, of ``accounts``.
    static func standing(_ column: String) -> String { "coalesce(turn.\(column), accounts.\(column))" }

    /// What stands in all of them, of ``accounts``.
    static let standings = all.map { "\(standing($0.start)), \(standing($0.used))" }.joined(separator: ", ")

    /// Where ``SQL/standing`` has what stands in it, `start` and then `used`.
    var column: Int32 { 1 + 2 * Int32(number) }

    /// What has been counted here, as rows like those of `counters`.
    var counts: String {
        """
        SELECT accounts.id << 17 | limits.id, \(Slot.standing(start)), \(Slot.standing(used))
        FROM limits CROSS JOIN \(Slot.accounts) WHERE limits.slot = \(number) AND \(Slot.standing(start)) <> 0
        """
    }
}
