package import Faregate

/// The mark in a ledger that was copied into another database. With it the ledger can't be opened, so that servers
/// don't go on with the old one beside the new one.
///
/// `ledger.version` is negative, so that processes that have the ledger open stop writing.
package struct MovedLedger: Sendable {
    /// Where the ledger is now.
    package let place: String
    private let at: Timestamp

    init(to place: String, at: Timestamp) { (self.place, self.at) = (place, at) }

    /// Nil if the ledger was not moved.
    package init?(in database: any SQLConnection) throws(SQLError) {
        guard let version = try database.integer("SELECT version FROM ledger"), version < 0 else { return nil }
        let mark = try database.first("SELECT place, at FROM moved") {
            (place: $0.text(0), at: Timestamp(rawValue: $0.integer(1)))
        }
        guard let mark else { throw .damaged("the ledger is marked as moved, but not where to") }
        (place, at) = mark
    }

    func mark(_ database: any SQLConnection) throws(SQLError) {
        try database.run("CREATE TABLE moved (place text NOT NULL, at bigint NOT NULL)")
        try database.run("INSERT INTO moved (place, at) VALUES (?1, ?2)", place, at)
        try database.run("UPDATE ledger SET version = -version")
    }

    /// Removes the mark, so that the ledger can be opened again as it was when it was moved.
    package static func unmark(_ database: any SQLConnection) throws(SQLError) {
        try database.run("DROP TABLE moved")
        try database.run("UPDATE ledger SET version = -version")
    }

    package static func missing(at place: String) -> LedgerError {
        LedgerError(.forbidden, "\(place) was not moved, so it can be opened as it is")
    }

    /// - Parameter old: the place of the ledger that was moved.
    package func error(at old: String) -> LedgerError {
        LedgerError(
            .stopped,
            """
            \(old) was moved to \(place) on \(at); set FAREGATE_DATABASE to the new place. To move it back, or to open \
            the old one again: faregate copy --help
            """
        )
    }
}
