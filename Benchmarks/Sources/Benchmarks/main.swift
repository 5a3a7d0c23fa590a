import Faregate
import FaregateSQLite
import Foundation

// Durable charges per second beside a bare loop over SQLite's C API, in one run: rounds are interleaved, and the
// table shows medians, so that the noise of the machine meets everybody alike.

struct Result: Encodable {
    let name: String
    let perSecond: Double
    let ofBareOneByOne: Double
    let ofBareBatch64: Double
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted[sorted.count / 2]
}

/// The whole number after an option, if it is given.
func number(after option: String) -> Int? {
    let words = CommandLine.arguments
    return words.firstIndex(of: option).flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
}

let asJSON = CommandLine.arguments.contains("--json")
let seconds = 1.0
let rounds = max(1, number(after: "--rounds") ?? 5)
let accounts = 1000

let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-bench-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

// First, since it sets what can be set once for SQLite in a process; both benefit.
let ledger = try await SQLiteLedger.open(folder.path + "/bench.faregate")
let bare = BareLoop(path: folder.path + "/bare.db", accounts: accounts)
let calls = try await GatedCalls(ledger: ledger, accounts: accounts)

let callers = number(after: "--callers").map { [max(1, $0)] } ?? [1, 16, 64, 256]
let names = ["bare loop, one by one", "bare loop, batch of 64"] + callers.map { "gated calls, \($0) callers" }
var samples = names.map { _ in [Double]() }
for round in 1...rounds {
    FileHandle.standardError.write(Data("round \(round) of \(rounds)\n".utf8))
    samples[0].append(bare.measure(batch: 1, seconds: seconds))
    samples[1].append(bare.measure(batch: 64, seconds: seconds))
    for (index, count) in callers.enumerated() {
        samples[2 + index].append(try await calls.measure(callers: count, seconds: seconds))
    }
}
await ledger.close()

let medians = samples.map(median)
let results = zip(names, medians).map { name, value in
    Result(
        name: name,
        perSecond: value.rounded(),
        ofBareOneByOne: value / medians[0],
        ofBareBatch64: value / medians[1]
    )
}
if asJSON {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    print(String(decoding: try encoder.encode(results), as: UTF8.self))
} else {
    func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
    print("durable charges per second, median of \(rounds) rounds of \(seconds) s, \(accounts) accounts")
    print(padded("", 26) + padded("per second", 12) + padded("x one by one", 14) + padded("x batch 64", 12))
    for result in results {
        print(
            result.name.padding(toLength: 26, withPad: " ", startingAt: 0)
                + padded(String(Int(result.perSecond)), 12)
                + padded(String(format: "%.2f", result.ofBareOneByOne), 14)
                + padded(String(format: "%.2f", result.ofBareBatch64), 12)
        )
    }
}
