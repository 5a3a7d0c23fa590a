import FaregateTesting
import Foundation

/// `LedgerWorker pairs [STRENGTH] [SEED] [COUNT]`: runs scenarios that cover every two values of two factors, or every
/// three of three factors with strength 3; with a count, no more than the first ones, which cover most. `LedgerWorker
/// scenario TEXT` runs one of them again.
enum Pairs {
    static func run(_ arguments: [String]) async throws {
        let strength = arguments.first.map { Int($0) ?? 0 } ?? 2
        guard (1...3).contains(strength), arguments.count <= 3 else {
            print("usage: LedgerWorker pairs [STRENGTH, 1 to 3] [SEED] [COUNT]")
            exit(2)
        }
        // Other scenarios each day; a failure names its own.
        let seed = arguments.dropFirst().first.flatMap(UInt64.init) ?? UInt64(Date().timeIntervalSince1970 / 86_400)
        let rows = CoveringArray(counts: Scenario.counts, strength: strength, seed: seed).rows
            .prefix(arguments.dropFirst(2).first.flatMap { Int($0) } ?? .max)
        let failures = await play(rows.map(Scenario.init))
        guard failures.isEmpty else {
            print(failures.prefix(20).joined(separator: "\n\n"))
            print("\(failures.count) of \(rows.count) scenarios from seed \(seed) came to something else")
            exit(1)
        }
        print("\(rows.count) scenarios from seed \(seed): each came to what it must")
    }

    private static func play(_ scenarios: [Scenario]) async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            var failures: [String] = []
            for (number, scenario) in scenarios.enumerated() {
                if number >= 4, let failure = await group.next() { failures += failure.map { [$0] } ?? [] }
                group.addTask { await failure(of: scenario) }
            }
            for await failure in group { failures += failure.map { [$0] } ?? [] }
            return failures
        }
    }

    /// Without a task group, which would wait for a scenario that hangs.
    private static func failure(of scenario: Scenario) async -> String? {
        let (results, result) = AsyncStream<String?>.makeStream()
        Task {
            do {
                try await ScenarioRun.check(scenario)
                result.yield(nil)
            } catch {
                result.yield("\(error)")
            }
        }
        let watch = Task {
            try await Task.sleep(for: .seconds(60))
            result.yield("\(scenario)\nit hangs")
        }
        defer { watch.cancel() }
        for await result in results { return result }
        return nil
    }

    static func replay(_ arguments: [String]) async throws {
        let row = arguments.first?.split(separator: ".").compactMap { Int($0) } ?? []
        let isKnown = row.count == Scenario.counts.count && zip(row, Scenario.counts).allSatisfy { 0..<$1 ~= $0 }
        guard isKnown, arguments.count == 1 else {
            print("usage: LedgerWorker scenario TEXT, as a failure prints it: 0.1.2.3.4.0.1.2.0.1.1")
            exit(2)
        }
        try await ScenarioRun.check(Scenario(row))
        print("it came to what it must")
    }
}
