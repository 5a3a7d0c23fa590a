#if Postgres
import CLibPQ
import Faregate
import FaregateBooks

/// SQLSTATE codes. [Error codes](https://www.postgresql.org/docs/current/errcodes-appendix.html)
enum SQLState {
    /// The code of the ledger's own rules: `RAISE EXCEPTION … USING ERRCODE = 'FG001'`.
    static let rule = "FG001"
    static let serializationFailure = "40001"
    static let deadlockDetected = "40P01"
    /// The answer to a commit was lost, and the server can't be asked whether the commit was made.
    static let outcomeUnknown = "08007"
    /// A write in a transaction or a database that is read only.
    static let readOnly = "25006"
    /// A standby's answer to `BEGIN READ WRITE`, among others.
    static let featureNotSupported = "0A000"

    /// The five letters and digits as a number in base 36, so that the code fits into an error.
    static func number(_ state: String) -> Int32 { Int32(state, radix: 36) ?? 0 }

    static func text(_ number: Int32) -> String {
        let text = String(number, radix: 36, uppercase: true)
        return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
}

extension SQLError {
    /// The SQLSTATE; nil for an error of Faregate's own.
    var state: String? {
        if case .database(let number) = kind { SQLState.text(number) } else { nil }
    }

    /// Whether the server rolled the transaction back because of a conflict with another one: it may run again.
    var isRetriable: Bool { state == SQLState.serializationFailure || state == SQLState.deadlockDetected }

    /// Whether the connection is lost, or the server is starting or stopping. If this happens during a commit, it is
    /// not known whether the commit was made.
    var isOfConnection: Bool {
        guard let state else { return false }
        return state.hasPrefix("08") && state != SQLState.outcomeUnknown
            || ["57P01", "57P02", "57P03", "57P05"].contains(state)
    }

    /// Whether the server refuses writes, for example because it is a standby.
    var isReadOnly: Bool { state == SQLState.readOnly }

    init(state: String, _ message: String) {
        self =
            state == SQLState.rule
            ? SQLError(.rule(message), message) : SQLError(.database(SQLState.number(state)), message)
    }
}

extension LedgerError {
    /// The error in words, for the people who run the ledger.
    init(_ error: SQLError, at place: String, schema: String) {
        switch error.kind {
        case .rule("newer"):
            self.init(
                .newerSchema,
                "a newer Faregate has migrated \(place), so this one doesn't write to it; update this one"
            )
        case .rule("moved"):
            self.init(
                .stopped,
                """
                the ledger at \(place) was moved to another database, so this process doesn't write to it; restart it \
                with the new address
                """
            )
        case .rule(let reason): self.init(.forbidden, "\(place): \(reason)")
        case .damaged:
            self.init(
                .damaged, "\(place) has a value that Faregate never writes (\(error.message)); run faregate audit")
        case .inconsistent:
            self.init(.failed, "\(place) does not add up: \(error.message); nothing was written. Run faregate audit")
        case .explained(let code): self.init(code, error.message)
        case .database: self.init(ofServer: error, at: place, schema: schema)
        }
    }

    private init(ofServer error: SQLError, at place: String, schema: String) {
        let state = error.state ?? ""
        switch state {
        case _ where error.isOfConnection:
            self.init(.failed, "\(place) can't be reached: \(error.firstLine)")
        case SQLState.outcomeUnknown:
            self.init(
                .failed,
                """
                the connection to \(place) was lost during a commit, and connecting again failed, so it is not known \
                whether the write was made; look at the account's balance before you repeat it
                """
            )
        case SQLState.readOnly:
            self.init(.readOnly, "\(place) is a standby, or is set to read only; use the address of the primary")
        case "42501":
            self.init(
                .readOnly,
                """
                \(place): the role lacks a right (\(error.firstLine)). Grant it CREATE on the database for the first \
                start, or make the schema "\(schema)" yourself and give the role USAGE and CREATE on it
                """
            )
        case "53100":
            self.init(.full, "the disk of \(place) is full; free some space. No acknowledged write is lost")
        case "55P03", "57014", "40001", "40P01":
            self.init(.busy, "\(place) was busy for too long (\(error.firstLine)); try again")
        default:
            let isConstraint = state.hasPrefix("23")
            self.init(
                isConstraint ? .forbidden : .failed, "\(place): PostgreSQL says \"\(error.firstLine)\" (code \(state))"
            )
        }
    }
}

extension SQLError {
    /// The first line of the message: later lines can contain values of rows.
    fileprivate var firstLine: String { String(message.prefix { $0 != "\n" }) }
}
#endif
