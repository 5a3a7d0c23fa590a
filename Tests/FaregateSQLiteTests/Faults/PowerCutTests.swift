import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Random histories, and what a power cut leaves of them.
@Suite(.endsWhenStuck) struct PowerCutTests {
    private static let histories = Depth.of(quick: 2, thorough: 24)
    /// The number of cuts of each history.
    private static let cuts = Depth.of(quick: 8, thorough: 10)

    @Test("The file has every acknowledged call after a power cut at any moment of a random history")
    func everyMoment() async throws {
        var acknowledged = 0
        for number in 0..<PowerCutTests.histories {
            try await withFolder { folder in
                let history = try PowerHistory(seed: seed &+ UInt64(number), in: folder)
                try await history.run()
                #expect(history.errors.isEmpty, "\(history.description)")
                try await history.expectAcknowledged(afterCuts: PowerCutTests.cuts, from: 0)
                acknowledged += history.acknowledgements.count
            }
        }
        #expect(acknowledged > PowerCutTests.histories * PowerCutTests.cuts)
    }

    @Test("The file has every acknowledged call after a power cut while other calls are being written")
    func underLoad() async throws {
        for number in 0..<Depth.of(quick: 2, thorough: 12) {
            try await withFolder { folder in
                let history = try PowerHistory(seed: seed &+ UInt64(number), in: folder)
                let hasEnded = Mutex(false)
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        defer { hasEnded.withLock { $0 = true } }
                        try await history.run()
                    }
                    group.addTask {
                        var cut: UInt64 = 0
                        while !hasEnded.withLock({ $0 }) {
                            try await history.expectAcknowledged(afterCutAt: history.disk.moment, seed: seed &+ cut)
                            cut += 1
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(history.errors.isEmpty, "\(history.description)")
            }
        }
    }

    @Test(
        "The file has every acknowledged call after a failed sync and a power cut",
        arguments: LosingFile.allCases,
        PowerHistory.Company.allCases
    )
    func failedSync(of file: LosingFile, beside company: PowerHistory.Company) async throws {
        var failures: Int64 = 0
        for number in 0..<Depth.of(quick: 2, thorough: 4) {
            try await withFolder { folder in
                let history = try PowerHistory(seed: seed &+ UInt64(number), in: folder)
                failures += try await history.expectAcknowledged(losing: file, at: Int64(1 + number % 8)) {
                    try await history.run(beside: company, losing: $0)
                }
            }
        }
        #expect(failures > 0, "no sync has failed: nothing was tried")
    }

    /// What is written while the sync that fails is under way lies in the log behind what is lost.
    @Test("The file has every acknowledged call of 24 callers after a failed sync of the log and a power cut")
    func failedSyncInACrowd() async throws {
        var failures: Int64 = 0
        for number in 0..<Depth.of(quick: 4, thorough: 10) {
            try await withFolder { folder in
                let history = try PowerHistory(seed: seed &+ UInt64(number), in: folder)
                failures += try await history.expectAcknowledged(losing: .log, at: Int64(1 + number % 10)) {
                    try await history.run(beside: .nobody, isCrowd: true, losing: $0)
                }
            }
        }
        #expect(failures > 0, "no sync has failed: nothing was tried")
    }

    @Test("The file has every call that three servers acknowledged before a power cut in the midst of their load")
    func severalServers() async throws {
        for round in 0..<Depth.of(quick: 1, thorough: 2) {
            try await withFolder { folder in
                let servers = try Servers(3, seed: seed &+ UInt64(round), in: folder)
                for _ in 0..<Depth.of(quick: 2, thorough: 5) { try await servers.cut() }
                try servers.kill()
            }
        }
    }
}

extension PowerHistory {
    /// - Returns: how many syncs have failed.
    fileprivate func expectAcknowledged(
        losing file: LosingFile,
        at nth: Int64,
        _ run: ((file: LosingFile, nth: Int64)) async throws -> Void
    ) async throws -> Int64 {
        try await run((file, nth))
        let place = "sync \(nth) of the \(file) has failed"
        try await expectAcknowledged(afterCuts: Depth.of(quick: 2, thorough: 5), from: firstError ?? 0, place)
        try await expectAcknowledged(afterCutAt: disk.moment, seed: seed, place)
        return disk.failures
    }

    /// Cuts now at any moment, now right after something was acknowledged, and rather soon.
    ///
    /// - Parameter start: the first moment at which it may be.
    fileprivate func expectAcknowledged(afterCuts count: Int, from start: Int64, _ place: String = "") async throws {
        var random = SeededGenerator(seed: seed)
        let acknowledgements = acknowledgements.filter { $0 >= start }
        for number in 0..<count {
            let soon = acknowledgements.prefix([20, .max][number / 2 % 2]).randomElement(using: &random)
            let any = Int64.random(in: start...disk.moment, using: &random)
            let moment = number.isMultiple(of: 2) ? any : soon ?? any
            try await expectAcknowledged(afterCutAt: moment, seed: random.next(), place)
        }
    }

    /// Holds what is left to what was acknowledged by then.
    fileprivate func expectAcknowledged(afterCutAt moment: Int64, seed cut: UInt64, _ place: String = "") async throws {
        // Before the cut: nothing is asked for that is acknowledged later.
        let facts = acknowledged(at: moment)
        let folder = "\(path)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try disk.cut(at: moment, seed: cut, into: folder)
        let left = try await PowerHistory.left(in: folder + "/test.faregate", of: facts)
        let comment: Comment = "\(description); cut \(cut) at moment \(moment) of \(disk.moment) \(place)"
        #expect(left == [], comment)
    }

    /// - Returns: what is not as it was acknowledged.
    private static func left(in path: String, of facts: [Fact]) async throws -> [String] {
        let ledger: SQLiteLedger
        do {
            ledger = try await SQLiteLedger.open(path, trace: nil)
        } catch {
            return ["it doesn't open: \(error)"]
        }
        do {
            let report = try await ledger.audit()
            var wrong = report.differences.map { "the books: \($0)" }
            wrong += try await lost(facts, on: ledger)
            await ledger.close()
            return wrong
        } catch {
            await ledger.close()
            return ["\(error)"]
        }
    }

    private static func lost(_ facts: [Fact], on ledger: SQLiteLedger) async throws -> [String] {
        var wrong: [String] = []
        var endings: [ChargeID: ChargeState] = [:]
        var closed: Set<ChargeID> = []
        for fact in facts {
            switch fact {
            case .held(let charge, let ending): endings[charge] = ending
            case .closed(let charge): closed.insert(charge)
            case .granted(let request):
                guard case .alreadyGranted = try await ledger.grant(request, at: newYear) else {
                    wrong.append("the grant \(request.reference) is lost")
                    continue
                }
            }
        }
        for (charge, ending) in endings {
            let state = try await ledger.explain(charge)?.state
            let isRight = closed.contains(charge) ? state == ending : state == .held || state == ending
            if !isRight { wrong.append("charge \(charge) is \(state.map { "\($0)" } ?? "lost"), not \(ending)") }
        }
        return wrong
    }
}

/// Processes under load, whose disks remember in the same file what is done to them.
private final class Servers {
    private let disk: FaultyDisk
    private let path: String
    private let workers: [LoadWorker]
    private var random: SeededGenerator

    init(_ count: Int, seed: UInt64, in folder: String) throws {
        let record = folder + "/record"
        path = folder + "/test.faregate"
        disk = try FaultyDisk(isRecording: true, in: record)
        random = SeededGenerator(seed: seed)
        workers = try (0..<count).map { [path] number in
            let seed = seed &+ UInt64(number)
            return try LoadWorker(path, log: "\(folder)/\(number).log", seed: seed, tasks: 8, disk: record)
        }
    }

    /// Holds what is left to what they were told before the power is cut.
    func cut() async throws {
        for worker in workers { try await worker.isReady() }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...20, using: &random)))
        let kind = ["PASSIVE", "TRUNCATE"].randomElement(using: &random) ?? ""
        _ = try RawDatabase(path, vfs: disk.name).rows("PRAGMA wal_checkpoint(\(kind))")
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...10, using: &random)))

        let told = try LoadLog(logs: workers.map(\.log))
        let folder = "\(path)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let moment = disk.moment
        // They go on when this has been looked at, for which they would leave hardly any time.
        for worker in workers { try worker.pause() }
        defer { for worker in workers { worker.goOn() } }
        try disk.cut(at: moment, seed: random.next(), into: folder)
        let ledger = try await SQLiteLedger.open(folder + "/test.faregate", trace: nil)
        try told.check(try RawDatabase(ledger.path), areLogsComplete: false)
        let report = try await ledger.audit()
        #expect(report.differences == [])
        await ledger.close()
    }

    func kill() throws {
        for worker in workers { try worker.kill() }
    }
}
