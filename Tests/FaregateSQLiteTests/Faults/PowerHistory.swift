import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport

/// A random history of callers who call at the same time, on a disk whose power can be cut at each moment of it. It
/// remembers what was acknowledged, and when.
///
/// The same seed makes the same calls; how they meet, the machine decides.
final class PowerHistory: Sendable {
    /// What the ledger said that it has done.
    enum Fact: Sendable {
        case granted(GrantRequest)
        /// With what its caller was going to do to it.
        case held(ChargeID, ending: ChargeState)
        case closed(ChargeID)
    }

    /// Who else has the file.
    enum Company: Sendable, CaseIterable {
        case nobody
        /// A connection that brings the log into the database again and again.
        case checkpoints
        /// Two ledgers on one file know as little of each other as two processes do.
        case anotherLedger
    }

    let seed: UInt64
    let disk: FaultyDisk
    let path: String
    private let facts = Collected<(fact: Fact, moment: Int64)>()
    private let thrown = Collected<(error: any Error, moment: Int64)>()
    private let visits = Collected<String>()

    var errors: [any Error] { thrown.all.map(\.error) }
    /// When it first failed to do what it was told.
    var firstError: Int64? { thrown.all.map(\.moment).min() }
    /// The moments right after something was acknowledged.
    var acknowledgements: [Int64] { facts.all.map(\.moment).sorted() }
    /// Who called how often, from opening to closing.
    var description: String { "FAREGATE_SEED=\(seed), \(visits.all.joined(separator: ", then "))" }

    private static let accounts: [AccountID] = ["ana", "bob", "cleo"]
    /// The same for all calls, as a gate has them.
    private static let terms = ["chat", "generate"].map { action in
        ChargeRequest.generate(action: action, limits: [.perDay(1_000_000, counter: action)], opening: 1_000_000).terms
    }

    init(seed: UInt64, in folder: String) throws {
        self.seed = seed
        disk = try FaultyDisk(isRecording: true)
        path = folder + "/test.faregate"
    }

    /// - Parameters:
    ///   - company: who else has the file; nil for what comes.
    ///   - isCrowd: whether so many call on so slow a disk that there is always something to write while it syncs.
    ///   - losing: whose sync loses what it was to write, and which one from the first call on.
    func run(
        beside company: Company? = nil,
        isCrowd: Bool = false,
        losing: (file: LosingFile, nth: Int64)? = nil
    ) async throws {
        var random = SeededGenerator(seed: seed)
        disk.setSyncTime(microseconds: isCrowd ? 2000 : [0, 50, 300, 1000].randomElement(using: &random) ?? 0)
        for visit in 1...Int.random(in: 1...3, using: &random) {
            let chosen = Company.allCases.randomElement(using: &random) ?? .nobody
            let company = company ?? chosen
            var ledgers = [try await open()]
            if company == .anotherLedger { ledgers.append(try await open()) }
            if visit == 1, let losing { disk.lose(losing.file, at: losing.nth) }
            try await call(ledgers, beside: company, isCrowd: isCrowd, &random)
            for ledger in ledgers { await ledger.close() }
        }
    }

    /// A fault that comes once may come here.
    private func open() async throws -> SQLiteLedger {
        let access = FileAccess(vfs: disk.name)
        do {
            return try await SQLiteLedger.open(path, access: access, trace: nil)
        } catch {
            fail(error)
            return try await SQLiteLedger.open(path, access: access, trace: nil)
        }
    }

    private func call(
        _ ledgers: [SQLiteLedger],
        beside company: Company,
        isCrowd: Bool,
        _ random: inout SeededGenerator
    ) async throws {
        let callers = isCrowd ? 24 : [1, 2, 3, 8, 24].randomElement(using: &random) ?? 1
        let calls = Int.random(in: 2...(10 + 60 / callers), using: &random)
        let seeds = (0...callers).map { _ in random.next() }
        let checkpoints = company == .checkpoints ? Checkpoints(path, disk, seed: seeds[callers]) : nil
        visits.add("\(callers) callers with \(calls) calls beside \(company)")
        await withTaskGroup { group in
            for caller in 0..<callers {
                group.addTask {
                    var random = SeededGenerator(seed: seeds[caller])
                    for _ in 0..<calls { await self.callOnce(ledgers[caller % ledgers.count], &random) }
                }
            }
            await group.waitForAll()
        }
        checkpoints?.end()
    }

    private func callOnce(_ ledger: SQLiteLedger, _ random: inout SeededGenerator) async {
        do {
            if Int.random(in: 0..<8, using: &random) == 0 {
                try await grant(on: ledger, &random)
            } else {
                try await charge(on: ledger, &random)
            }
        } catch {
            fail(error)
        }
    }

    private func grant(on ledger: SQLiteLedger, _ random: inout SeededGenerator) async throws {
        let request = try GrantRequest(
            account: PowerHistory.accounts[Int.random(in: 0...2, using: &random)],
            credits: Credits(integerLiteral: Int64.random(in: 1...1000, using: &random)),
            source: .purchase,
            reference: GrantReference("order \(random.next())"),
            plans: PowerHistory.terms[0].plans
        )
        guard case .granted = try await ledger.grant(request, at: newYear) else { throw TestFailure("not granted") }
        acknowledge(.granted(request))
    }

    private func charge(on ledger: SQLiteLedger, _ random: inout SeededGenerator) async throws {
        let request = ChargeRequest(
            account: PowerHistory.accounts[Int.random(in: 0...2, using: &random)],
            cost: Credits(integerLiteral: Int64.random(in: 1...20, using: &random)),
            under: PowerHistory.terms[Int.random(in: 0...1, using: &random)]
        )
        let ending = Int.random(in: 0..<10, using: &random)
        let state: ChargeState = ending < 2 ? .held : ending < 4 ? .refunded : .settled
        let charge = try await ledger.hold(request)
        acknowledge(.held(charge, ending: state))
        switch state {
        case .held: break
        case .refunded:
            let isRefunded = try await ledger.refund(charge, because: .threw, at: newYear)
            guard isRefunded else { throw TestFailure("not refunded") }
            acknowledge(.closed(charge))
        case .settled where ending < 7:
            let isSettled = try await ledger.settle(charge, at: newYear)
            guard isSettled else { throw TestFailure("not settled") }
            acknowledge(.closed(charge))
        case .settled:
            ledger.settleLater(charge, at: newYear) { result in
                switch result {
                case .success(true): self.acknowledge(.closed(charge))
                case .success(false): self.fail(TestFailure("not settled"))
                case .failure(let error): self.fail(error)
                }
            }
        }
    }

    private func fail(_ error: any Error) { thrown.add((error, disk.moment)) }

    /// The moment is looked at after the fact: whatever is cut then or later has it.
    private func acknowledge(_ fact: Fact) { facts.add((fact, disk.moment)) }

    /// What was acknowledged by then.
    func acknowledged(at moment: Int64) -> [Fact] { facts.all.filter { $0.moment <= moment }.map(\.fact) }
}

/// Brings the log into the database again and again, with a connection of its own, as another process might.
private final class Checkpoints: Sendable {
    private let isEnding = Mutex(false)
    private let ended = DispatchSemaphore(value: 0)

    init(_ path: String, _ disk: FaultyDisk, seed: UInt64) {
        let thread = Thread { [self] in
            defer { ended.signal() }
            guard let database = try? RawDatabase(path, vfs: disk.name) else { return }
            var random = SeededGenerator(seed: seed)
            while !isEnding.withLock({ $0 }) {
                let kind = ["PASSIVE", "FULL", "RESTART", "TRUNCATE"].randomElement(using: &random) ?? ""
                // Where a sync fails it is for the ledger to put that right: another checkpoint would bring into the
                // database what is not in the log.
                guard (try? database.rows("PRAGMA wal_checkpoint(\(kind))")) != nil else { return }
                Thread.sleep(forTimeInterval: Double.random(in: 0...0.004, using: &random))
            }
        }
        thread.start()
    }

    func end() {
        isEnding.withLock { $0 = true }
        ended.wait()
    }
}
