import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Processes that are killed while they charge. Here real time passes: a process can't be killed on a manual clock.
@Suite(.serialized, .endsWhenStuck) struct KillTests {
    @Test("A server that is killed at any moment, again and again, loses no charge and no credit")
    func killedAgainAndAgain() async throws {
        let kills = Depth.of(quick: 4, thorough: 100)
        var random = Moments(seed: seed)
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            var logs: [String] = []
            for number in 0..<kills {
                logs.append(folder + "/\(number).log")
                let worker = try LoadWorker(path, log: logs[number], seed: seed &+ UInt64(number), tasks: 24)
                try await worker.isReady()
                try await Task.sleep(for: .milliseconds(random.next(in: 20...150)))
                try worker.kill()
                try expectBooksThatBalance(path, "after kill \(number + 1) of seed \(seed)")
            }
            let told = try LoadLog(logs: logs)
            print(
                "KillTests: \(told.charged.count) charges, \(told.settled.count) settled, \(told.refunded.count) refunded"
            )
            try told.check(try RawDatabase(path))
            #expect(told.charged.count > kills, "hardly anything was charged: FAREGATE_SEED=\(seed)")
            try await expectHoldsToComeBack(path)
        }
    }

    @Test(
        "Three servers refund the holds of a fourth that was killed, and no other holds"
    )
    func fourServersOfWhichOneDies() async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            let workers = try (0..<4).map { number in
                try LoadWorker(
                    path,
                    log: "\(folder)/\(number).log",
                    seed: seed &+ UInt64(number),
                    tasks: number == 0 ? 24 : 8
                )
            }
            for worker in workers { try await worker.isReady() }
            try await Task.sleep(for: .milliseconds(300))
            try await killWhileItHolds(workers[0], path)
            // The dead one's lease is over, as the file has it; the living move theirs on.
            try await Task.sleep(for: .milliseconds(50))
            let database = try RawDatabase(path)
            let dead = "SELECT id FROM holders WHERE name LIKE '%:\(workers[0].processID)'"
            let abandoned = try database.rows("SELECT id FROM charges WHERE state = 0 AND holder_id IN (\(dead))")
            #expect(!abandoned.isEmpty, "the dead one held nothing: nothing was tried")
            try database.execute("UPDATE holders SET alive_until = 0 WHERE id IN (\(dead))")
            let expected = Set(abandoned.compactMap { Int64($0[0]) })
            // A busy machine takes its time. The log is written after the refund.
            let held = "SELECT 1 FROM charges WHERE state = 0 AND holder_id IN (\(dead)) LIMIT 1"
            for _ in 0..<200 {
                if try database.rows(held).isEmpty { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            try await Task.sleep(for: .milliseconds(300))
            for worker in workers.dropFirst() { try worker.kill() }

            try expectBooksThatBalance(path, "seed \(seed)")
            let told = try LoadLog(logs: workers.map(\.log))
            #expect(
                told.recovered == expected,
                "a living one's hold, or not all of the dead one's"
            )
            try told.check(database)
            try await expectHoldsToComeBack(path)
        }
    }

    /// Killed between two calls, a server would leave nothing to recover: it is halted first, and looked at.
    private func killWhileItHolds(_ worker: LoadWorker, _ path: String) async throws {
        let database = try RawDatabase(path)
        let held =
            "SELECT count(*) FROM charges JOIN holders ON holders.id = holder_id "
            + "WHERE state = 0 AND name LIKE '%:\(worker.processID)'"
        for _ in 0..<1000 {
            try worker.pause()
            if try database.integer(held) > 0 { return try worker.kill() }
            worker.goOn()
            try await Task.sleep(for: .milliseconds(5))
        }
        throw TestFailure("a server under load holds nothing, however often one looks")
    }

    private func expectBooksThatBalance(_ path: String, _ when: String) throws {
        let database = try RawDatabase(path)
        let discrepancies = try database.discrepancies() + database.leaks()
        #expect(discrepancies == [], "\(when)")
        let check = try database.rows("PRAGMA quick_check")
        #expect(check == [["ok"]], "\(when)")
    }

    /// A minute later, every hold of the dead is back, and every account's credits are all accounted for.
    private func expectHoldsToComeBack(_ path: String) async throws {
        let ledger = try await SQLiteLedger.open(path, trace: nil)
        let later = SystemClock().now.advanced(byMilliseconds: 2 * minute)
        let open = try await ledger.openCharges(at: later)
        let recovered = try await ledger.recover(at: later)
        #expect(Set(recovered.map(\.id)) == Set(open.map(\.id)))
        let left = try await ledger.openCharges(at: later)
        #expect(left == [])
        for name in try RawDatabase(path).rows("SELECT name FROM accounts") {
            let balance = try #require(try await ledger.balance(of: try AccountID(name[0]), at: later))
            #expect(balance.held == 0)
            let sum = balance.remaining.rawValue + balance.used.rawValue + balance.expired.rawValue
            #expect(balance.total.rawValue == sum)
        }
        await ledger.close()
        try expectBooksThatBalance(path, "after recovery")
    }
}

/// When to kill: the same moments for the same seed.
private struct Moments {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    mutating func next(in range: ClosedRange<Int>) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + Int(state >> 33) % range.count
    }
}
