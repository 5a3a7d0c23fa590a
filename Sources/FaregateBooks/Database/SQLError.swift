package import Faregate

/// An error of a ledger's database. It contains neither the SQL nor bound values.
package struct SQLError: Error {
    /// What kind of error it is, as far as the rules of a ledger tell errors apart.
    package enum Kind: Equatable, Sendable {
        /// A rule of the schema forbade the change. The text is the rule's reason, such as `credits`.
        case rule(String)
        /// Something that must hold doesn't: a bug in Faregate. The job is rolled back.
        case inconsistent
        /// The database has a value that no statement of Faregate could have written.
        case damaged
        /// An error of a file beside the ledger, such as its archive. The message is for the people who run the ledger.
        case explained(LedgerError.Code)
        /// Anything else, with the database's own code.
        case database(Int32)
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, _ message: String) {
        (self.kind, self.message) = (kind, message)
    }

    package init(explained error: LedgerError) { self.init(.explained(error.code), error.description) }

    package static func inconsistent(_ message: String) -> SQLError { SQLError(.inconsistent, message) }

    package static func damaged(_ message: String) -> SQLError { SQLError(.damaged, message) }

    /// An error like those that the schema's rules raise: the change is forbidden, for this reason.
    package static func raising(_ reason: String) -> SQLError { SQLError(.rule(reason), reason) }

    /// The reason that a rule of the schema gave.
    package var raised: String? { if case .rule(let reason) = kind { reason } else { nil } }
}
