#if Postgres
/// Turns the SQL that both ledgers share into PostgreSQL's: parameters become `$1`, `x''` becomes
/// `''::bytea`, and hints for SQLite's planner are removed.
///
/// The ledger's schema defines the functions that only SQLite has: `iif`, `min` and `max` of numbers, `json_each` and
/// `json_extract`.
enum PostgresDialect {
    static func translate(_ sql: String) -> String {
        var text = ""
        var isQuoted = false
        var characters = Substring(sql)
        while let character = characters.popFirst() {
            if character == "'" { isQuoted.toggle() }
            if character == "?", !isQuoted, characters.first?.isNumber == true {
                text.append("$")
            } else {
                text.append(character)
            }
        }
        return
            text
            .replacing(#/\s+INDEXED BY \w+/#, with: "")
            .replacing(#/CROSS JOIN (\w+)(\s+)ON/#) { "JOIN \($0.1)\($0.2)ON" }
            .replacing(#/(WHERE|AND) \+/#) { "\($0.1) " }
            .replacing("x''", with: "''::bytea")
    }
}
#endif
