import Foundation
import Workload

// Driven by the benchmark through its standard input, so that its rounds take turns with all others:
//
//     open NAME KIND ADDRESS WORKLOAD CONNECTIONS   ready
//     measure NAME SECONDS                          calls seconds
//     spent NAME                                    credits-spent credits-held
//     ledger OPTIONS SCHEMA                         credits-spent credits-held, of a ledger of Faregate
//     repeat OPTIONS SCHEMA ACCOUNTS                ready, when the rows of its only account were repeated
//
// KIND: redis, or statement, function, loop for PostgreSQL. Words are separated by tabs.

protocol Peer {
    /// Calls that were held and settled, each with its own answer.
    func measure(seconds: Double) -> Rate
    /// What the accounts have spent, and what is held of it.
    func spentCredits() -> (spent: Int, held: Int)
}

var peers: [String: any Peer] = [:]

func answer(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }

func open(_ kind: String, _ words: [String]) -> any Peer {
    guard let workload = Workload(named: words[4]), let connections = Int(words[5]) else { fatalError("\(words)?") }
    if kind == "redis" { return RedisPeer(path: words[3], workload: workload, connections: connections) }
    guard let kind = PostgresPeer.Kind(rawValue: kind) else { fatalError("there is no peer \(kind)") }
    return PostgresPeer(kind, words[1], options: words[3], workload: workload, connections: connections)
}

while let line = readLine() {
    let words = line.split(separator: "\t").map(String.init)
    switch words.first {
    case "open" where words.count == 6:
        peers[words[1]] = open(words[2], words)
        answer("ready")
    case "measure" where words.count == 3:
        guard let peer = peers[words[1]] else { fatalError("\(words[1]) is not open") }
        let rate = peer.measure(seconds: Double(words[2]) ?? 1)
        answer("\(rate.count) \(rate.seconds)")
    case "spent" where words.count == 2:
        guard let peer = peers[words[1]] else { fatalError("\(words[1]) is not open") }
        let (spent, held) = peer.spentCredits()
        answer("\(spent) \(held)")
    case "ledger" where words.count == 3:
        let row = PostgresConnection(words[1]).firstRow(PostgresStatements.ledgerSums(schema: words[2]))
        answer(row.joined(separator: " "))
    case "repeat" where words.count == 4:
        let connection = PostgresConnection(words[1])
        PostgresStatements.repeatingRows(schema: words[2], accounts: Int(words[3]) ?? 1).forEach(connection.run)
        answer("ready")
    default: fatalError("what does \(line) mean?")
    }
}
