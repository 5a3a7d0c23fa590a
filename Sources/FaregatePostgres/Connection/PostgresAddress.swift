#if Postgres
import Faregate
import Foundation

/// The parts of the address of a ledger: a connection URI of libpq, with two parameters of Faregate's own.
/// [Connection URIs](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS)
struct PostgresAddress: Sendable {
    /// The address without Faregate's own parameters, which libpq would refuse.
    let uri: String
    /// The hosts, ports and database, for errors. It contains no user and no password.
    let place: String
    /// Whether libpq tries several hosts, one after the other.
    let hasSeveralHosts: Bool
    private let parameters: [(name: Substring, value: String)]

    /// - Throws: `LedgerError` if the text is not such an address. The error quotes none of it: a malformed address may
    ///   have a password anywhere.
    init(_ text: String) throws(LedgerError) {
        guard text.prefixMatch(of: /postgres(ql)?:\/\//) != nil else {
            throw LedgerError(.notALedger, "the address of a PostgreSQL ledger begins with postgres://")
        }
        guard let parts = text.wholeMatch(of: PostgresAddress.form), PostgresAddress.areHosts(parts.hosts)
        else {
            throw LedgerError(
                .notALedger,
                """
                the address of a PostgreSQL ledger has the form postgres://user:password@host:port/database, with \
                commas between several hosts; in a password write @ as %40, : as %3A, / as %2F and ? as %3F
                """
            )
        }
        let items = (parts.query ?? "").split(separator: "&")
        parameters = items.map { item in
            let (name, value) = (item.prefix { $0 != "=" }, String(item.drop { $0 != "=" }.dropFirst()))
            return (name, value.removingPercentEncoding ?? value)
        }
        let others = items.filter { item in !["schema", "preparing"].contains(item.prefix { $0 != "=" }) }
        uri = parts.base + (others.isEmpty ? "" : "?" + others.joined(separator: "&"))
        place = "postgres://\(parts.hosts.removingPercentEncoding ?? "")\(parts.path ?? "")"
        hasSeveralHosts =
            parts.hosts.contains(",")
            || parameters.contains { ["host", "hostaddr"].contains($0.name) && $0.value.contains(",") }
    }

    /// The decoded value of a parameter; nil if absent.
    subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// A user with a password, hosts with ports, a path, and parameters. A computed property, since `Regex` isn't
    /// `Sendable`.
    private static var form: Regex<(Substring, base: Substring, hosts: Substring, path: Substring?, query: Substring?)>
    {
        #/
            (?<base> postgres(?:ql)?:// (?:[^@/?]*@)? (?<hosts>[^@/?]*) (?<path>/[^@/?]*)? )
            (?: \? (?<query>.*) )?
        /#
    }

    /// Whether each host is a name, an IPv4 address or an IPv6 address in brackets, and each port a number. What
    /// follows the ":" may otherwise be a password with an unencoded "/" or "?", which libpq would quote in its error.
    private static func areHosts(_ hosts: Substring) -> Bool {
        hosts.split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
            $0.wholeMatch(of: /(\[[^\[\]]*\]|[^:\[\]]*)(:[0-9]*)?/) != nil
        }
    }
}
#endif
