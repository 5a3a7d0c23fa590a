import Foundation
import Workload

/// Redis and PostgreSQL, measured by a program of their own that takes its orders from here.
final class ServerPeers {
    private let process = Process()
    private let orders = Pipe()
    private let answers = Pipe()

    init(program: String) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.standardInput = orders
        process.standardOutput = answers
        try process.run()
    }

    deinit {
        try? orders.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// - Parameters:
    ///   - kind: `redis`; or for PostgreSQL `statement`, `function` or `loop`.
    ///   - workload: a number of accounts, or `zipf` and a number.
    func open(_ name: String, _ kind: String, at address: String, workload: String, connections: Int) {
        let answer = ask("open", name, kind, address, workload, String(connections))
        precondition(answer == "ready", "\(name) could not be opened")
    }

    /// - Returns: calls, and calls per second.
    func measure(_ name: String, seconds: Double) -> (calls: Int, perSecond: Double) {
        let words = ask("measure", name, String(seconds)).split(separator: " ")
        let (calls, seconds) = (Int(words[0]) ?? 0, Double(words[1]) ?? 1)
        return (calls, Double(calls) / seconds)
    }

    /// Compares the balances with what was called.
    func verify(_ name: String, calls: Int) {
        let sums = ask("spent", name)
        precondition(sums == "\(calls * Workload.cost) 0", "\(name) lost credits: spent and held are \(sums)")
    }

    /// Compares the sums of a ledger with what was called.
    func verifyLedger(_ schema: String, at address: String, calls: Int) {
        let sums = ask("ledger", address, schema)
        precondition(sums == "\(calls * Workload.cost) 0", "\(schema) lost credits: spent and held are \(sums)")
    }

    /// Gives a ledger of one account this number of accounts, each with the same rows.
    func repeatRows(_ schema: String, at address: String, accounts: Int) {
        precondition(ask("repeat", address, schema, String(accounts)) == "ready", "\(schema) could not be filled")
    }

    private func ask(_ words: String...) -> String {
        orders.fileHandleForWriting.write(Data((words.joined(separator: "\t") + "\n").utf8))
        var answer = Data()
        while answer.last != UInt8(ascii: "\n") {
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { fatalError("the peers' program ended") }
            answer += more
        }
        return String(decoding: answer.dropLast(), as: UTF8.self)
    }
}
