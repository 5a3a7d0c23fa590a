import CPeerPostgres
import Foundation
import Workload

/// PostgreSQL with its default durability: one prepared statement checks, deducts, counts and writes the journal,
/// another settles.
final class PostgresPeer: Peer {
    private let admin: PostgresConnection
    private let lines: [PostgresLine]
    private let accounts: Int

    init(connection: String, workload: Workload, connections: Int) {
        admin = PostgresConnection(connection)
        accounts = workload.accounts
        admin.run(PostgresStatements.tables(accounts: accounts))
        let accountNames = CStrings((1...accounts).map(Workload.name))
        lines = (0..<connections).map { number in
            let start = workload.start(of: number, among: connections)
            let connection = PostgresConnection(connection)
            return PostgresLine(connection, accountNames: accountNames, workload: workload, start: start)
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
    private let connection: PostgresConnection
    private let accountNames: CStrings
    private let windows: CStrings
    private let workload: Workload
    private var next: Int
    private var isSettling = false

    init(_ connection: PostgresConnection, accountNames: CStrings, workload: Workload, start: Int) {
        self.connection = connection
        self.accountNames = accountNames
        self.workload = workload
        next = start
        let windows = Windows()
        self.windows = CStrings([windows.day, "\(windows.month)-01"])
        connection.prepare("hold", PostgresStatements.hold)
        connection.prepare("settle", PostgresStatements.settle)
    }

    var descriptor: Int32 { connection.descriptor }

    func begin() {
        isSettling = false
        connection.send("hold", [accountNames.pointers[Int(workload.order[next]) - 1]] + windows.pointers)
        next = next + 1 == workload.order.count ? 0 : next + 1
    }

    func proceed() -> Bool {
        guard let answer = connection.receive() else { return false }
        if isSettling { return true }
        isSettling = true
        answer.withCString { connection.send("settle", [$0]) }
        return false
    }
}
