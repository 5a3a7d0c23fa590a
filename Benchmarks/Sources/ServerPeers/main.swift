import Foundation
import Workload

// Driven by the benchmark through its standard input, so that its rounds take turns with all others:
//
//     open redis SOCKET ACCOUNTS CONNECTIONS       ready
//     open postgres OPTIONS ACCOUNTS CONNECTIONS   ready
//     measure NAME SECONDS                         calls seconds
//     spent NAME                                   credits-spent credits-held
//
// Words are parted by tabs.

protocol Peer {
    /// Calls that were held and settled, each with its own answer.
    func measure(seconds: Double) -> Rate
    /// What the accounts have spent, and what is held of it.
    func spentCredits() -> (spent: Int, held: Int)
}

var peers: [String: any Peer] = [:]

func answer(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }

while let line = readLine() {
    let words = line.split(separator: "\t").map(String.init)
    switch words.first {
    case "open" where words.count == 5:
        let workload = Workload(accounts: Int(words[3]) ?? 1)
        let connections = Int(words[4]) ?? 1
        peers[words[1]] =
            words[1] == "redis"
            ? RedisPeer(path: words[2], workload: workload, connections: connections)
            : PostgresPeer(connection: words[2], workload: workload, connections: connections)
        answer("ready")
    case "measure" where words.count == 3:
        guard let peer = peers[words[1]] else { fatalError("\(words[1]) is not open") }
        let rate = peer.measure(seconds: Double(words[2]) ?? 1)
        answer("\(rate.count) \(rate.seconds)")
    case "spent" where words.count == 2:
        guard let peer = peers[words[1]] else { fatalError("\(words[1]) is not open") }
        let (spent, held) = peer.spentCredits()
        answer("\(spent) \(held)")
    default: fatalError("what does \(line) mean?")
    }
}
