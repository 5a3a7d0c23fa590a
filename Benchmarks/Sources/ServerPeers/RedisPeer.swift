import Foundation
import Workload

/// Redis 7 with `appendfsync always`: one Lua script checks, deducts, counts and writes the journal, another settles.
final class RedisPeer: Peer {
    private let admin: RedisSocket
    private let lines: [RedisLine]
    private let accounts: Int

    init(path: String, workload: Workload, connections: Int) {
        admin = RedisSocket(path: path)
        accounts = workload.accounts
        for setting in [("appendonly", "yes"), ("appendfsync", "always")] {
            _ = admin.ask("CONFIG", "SET", setting.0, setting.1)
        }
        for number in 1...accounts {
            let key = RedisPeer.key(of: number)
            _ = admin.ask("HSET", key, "balance", String(Workload.credits), "held", "0")
        }
        guard case .text(let hold) = admin.ask("SCRIPT", "LOAD", RedisScripts.hold),
            case .text(let settle) = admin.ask("SCRIPT", "LOAD", RedisScripts.settle)
        else { fatalError("Redis takes no scripts") }
        let commands = RedisCommands(hold: hold, settle: settle, accounts: accounts)
        lines = (0..<connections).map { number in
            let start = workload.start(of: number, among: connections)
            return RedisLine(path: path, commands: commands, workload: workload, start: start)
        }
    }

    func measure(seconds: Double) -> Rate { ServerPeers.measure(lines, seconds: seconds) }

    func spentCredits() -> (spent: Int, held: Int) {
        var (balance, held) = (0, 0)
        for number in 1...accounts {
            balance += field("balance", of: number)
            held += field("held", of: number)
        }
        return (accounts * Workload.credits - balance, held)
    }

    private func field(_ field: String, of account: Int) -> Int {
        guard case .text(let text) = admin.ask("HGET", RedisPeer.key(of: account), field) else { return 0 }
        return Int(text) ?? 0
    }

    static func key(of account: Int) -> String { "account:\(Workload.name(of: account))" }
}

/// The bytes to send, made beforehand.
private final class RedisCommands {
    let holds: [[UInt8]]
    private let settle: String

    init(hold: String, settle: String, accounts: Int) {
        self.settle = settle
        let windows = Windows()
        let (cost, limit) = (String(Workload.cost), String(Workload.limit))
        holds = (1...accounts).map { number in
            let name = Workload.name(of: number)
            let counters = ["limit:\(windows.day):\(name)", "limit:\(windows.month):\(name)"]
            return RedisSocket.command(
                ["EVALSHA", hold, "3", RedisPeer.key(of: number)] + counters + [cost, limit, limit]
            )
        }
    }

    func settling(_ charge: String) -> [UInt8] {
        RedisSocket.command(["EVALSHA", settle, "0", charge, String(Workload.cost)])
    }
}

private final class RedisLine: Line {
    private let socket: RedisSocket
    private let commands: RedisCommands
    private let workload: Workload
    private var next: Int

    init(path: String, commands: RedisCommands, workload: Workload, start: Int) {
        socket = RedisSocket(path: path)
        self.commands = commands
        self.workload = workload
        next = start
    }

    var descriptor: Int32 { socket.descriptor }

    func begin() {
        socket.send(commands.holds[Int(workload.order[next]) - 1])
        next = next + 1 == workload.order.count ? 0 : next + 1
    }

    func proceed() -> Bool {
        switch socket.receive() {
        case nil: return false
        case .text(let charge):
            socket.send(commands.settling(charge))
            return false
        case .integer(let settled):
            guard settled == 1 else { fatalError("Redis: a charge was not held") }
            return true
        }
    }
}
