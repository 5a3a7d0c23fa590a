#if Postgres
import Testing

/// What somebody did to the tables, and what the audit says of it.
struct Tampering: CustomTestStringConvertible, Sendable {
    let sql: String
    let expected: [String]
    /// Whether it can be set right.
    var isMended = false

    var testDescription: String { sql }
}
#endif
