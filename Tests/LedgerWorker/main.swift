import Faregate
import FaregateSQLite
import Foundation

// Calls the gate from another process, for the tests of many processes on one ledger: `LedgerWorker FILE ACCOUNT CALLS`
// makes this many concurrent calls and prints how many were allowed and refused.

// `LedgerWorker FILE full` calls while its files can't grow.

if CommandLine.arguments.count == 3, CommandLine.arguments[2] == "full" {
    try await chargeOnAFullDisk(CommandLine.arguments[1])
    exit(0)
}

// `LedgerWorker load …` calls until it is killed: see Load.

if CommandLine.arguments.dropFirst().first == "load" {
    try await Load.run(Array(CommandLine.arguments.dropFirst(2)))
    exit(0)
}

// `LedgerWorker histories …` compares the ledger with the model: see Histories. `LedgerWorker order …` searches for an
// order of concurrent calls by many processes: see Order. `LedgerWorker told …` holds a ledger to the logs of `load`.

let modes: [String: ([String]) async throws -> Void] = [
    "histories": Histories.run, "order": Order.run, "order-calls": Order.makeCalls, "order-check": OrderCheck.run,
    "told": ToldCheck.run,
]
if let mode = CommandLine.arguments.dropFirst().first.flatMap({ modes[$0] }) {
    do {
        try await mode(Array(CommandLine.arguments.dropFirst(2)))
        exit(0)
    } catch {
        print(error)
        exit(1)
    }
}

// `LedgerWorker pairs …` runs calls that cover every two circumstances: see Pairs.

if let command = CommandLine.arguments.dropFirst().first, ["pairs", "scenario"].contains(command) {
    do {
        let arguments = Array(CommandLine.arguments.dropFirst(2))
        try await command == "pairs" ? Pairs.run(arguments) : Pairs.replay(arguments)
        exit(0)
    } catch {
        print(error)
        exit(1)
    }
}

guard CommandLine.arguments.count == 4, let calls = Int(CommandLine.arguments[3]) else {
    print("usage: LedgerWorker FILE ACCOUNT CALLS")
    exit(2)
}

let policy = try Policy(
    parsing: """
        {
          "actions": { "generate": { "cost": 10, "limits": [{ "max": 1000000, "per": "day" }] } },
          "plans": { "free": { "grants": [{ "credits": 100, "every": "once" }] } },
          "defaultPlan": "free"
        }
        """
)
let ledger = try await SQLiteLedger.open(CommandLine.arguments[1])
let gate = Gate(ledger: Ledger(ledger), policies: policy, settlement: .durable)
let account = try AccountID(CommandLine.arguments[2])

let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
    for _ in 0..<calls {
        group.addTask {
            do {
                return try await gate.run("generate", for: account) { _ in true }
            } catch let refusal as Refusal {
                guard case .insufficientCredits = refusal.reason else { throw refusal }
                return false
            }
        }
    }
    var admitted = 0
    for try await isAdmitted in group where isAdmitted { admitted += 1 }
    return admitted
}
await ledger.close()
print("\(admitted) \(calls - admitted)")
