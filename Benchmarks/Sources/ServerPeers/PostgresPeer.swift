import CPeerPostgres
import Foundation
import Workload

/// PostgreSQL with its default durability, used in three ways.
final class PostgresPeer: Peer {
    enum Kind: String {
        /// One prepared statement checks, deducts, counts and writes the journal, another settles; a connection for
        /// each caller.
        case statement
        /// A function that locks the account does the same; a connection for each caller.
        case function
        /// The callers share four connections: a function goes through a batch, with an exception block for each item.
        case loop

        func holds(_ callers: Int) -> String {
            switch self {
            case .statement: PostgresStatements.hold
            case .function: "SELECT hold_call($1::text, $2::date, $3::date)"
            case .loop: "SELECT hold_each($1::text[], $2::date, $3::date)"
            }
        }

        var settles: String {
            switch self {
            case .statement: PostgresStatements.settle
            case .function: "SELECT settle_call($1::bigint)"
            case .loop: "SELECT settle_each($1::bigint[])"
            }
        }
    }

    private let admin: PostgresConnection
    private let lines: [PostgresLine]
    private let accounts: Int

    /// - Parameters:
    ///   - schema: where its tables go.
    ///   - connections: how many callers there are.
    init(_ kind: Kind, _ schema: String, options: String, workload: Workload, connections: Int) {
        let options = "\(options) options='-c search_path=\(schema)'"
        admin = PostgresConnection(options)
        accounts = workload.accounts
        admin.run("CREATE SCHEMA \(schema); \(PostgresStatements.tables(accounts: accounts))")
        let accountNames = CStrings((1...accounts).map(Workload.name))
        let lineCount = kind == .loop ? min(4, connections) : connections
        lines = (0..<lineCount).map { number in
            let start = workload.start(of: number, among: lineCount)
            return PostgresLine(
                kind, PostgresConnection(options), callers: connections / lineCount, accountNames: accountNames,
                workload: workload, start: start
            )
        }
    }

    func measure(seconds: Double) -> Rate { ServerPeers.measure(lines, seconds: seconds) }

    func spentCredits() -> (spent: Int, held: Int) {
        let sums = admin.firstRow("SELECT sum(balance), sum(held) FROM accounts").map { Int($0) ?? 0 }
        return (accounts * Workload.credits - sums[0], sums[1])
    }
}

/// Strings that stay where they are, for C.
final class CStrings {
    let pointers: [UnsafePointer<CChar>?]

    init(_ strings: [String]) {
        pointers = strings.map { UnsafePointer(strdup($0)) }
    }

    deinit { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
}

private final class PostgresLine: Line {
    let callers: Int
    private let kind: PostgresPeer.Kind
    private let connection: PostgresConnection
    private let accountNames: CStrings
    private let windows: CStrings
    private let workload: Workload
    private var next: Int
    private var isSettling = false

    init(
        _ kind: PostgresPeer.Kind, _ connection: PostgresConnection, callers: Int, accountNames: CStrings,
        workload: Workload, start: Int
    ) {
        self.kind = kind
        self.connection = connection
        self.callers = callers
        self.accountNames = accountNames
        self.workload = workload
        next = start
        let windows = Windows()
        self.windows = CStrings([windows.day, "\(windows.month)-01"])
        connection.prepare("hold", kind.holds(callers))
        connection.prepare("settle", kind.settles)
    }

    var descriptor: Int32 { connection.descriptor }

    func begin() {
        isSettling = false
        if kind == .loop {
            let names = (0..<callers).map { _ in Workload.name(of: nextAccount()) }.joined(separator: ",")
            "{\(names)}".withCString { connection.send("hold", [$0] + windows.pointers) }
        } else {
            connection.send("hold", [accountNames.pointers[nextAccount() - 1]] + windows.pointers)
        }
    }

    private func nextAccount() -> Int {
        defer { next = next + 1 == workload.order.count ? 0 : next + 1 }
        return Int(workload.order[next])
    }

    func proceed() -> Bool {
        guard let answer = connection.receive() else { return false }
        if isSettling { return true }
        isSettling = true
        answer.withCString { connection.send("settle", [$0]) }
        return false
    }
}
