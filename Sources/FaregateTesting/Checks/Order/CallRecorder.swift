package import Faregate
import Foundation

/// Makes random calls to a ledger from several tasks at once, on three accounts, and records each call with its times.
package struct CallRecorder: Sendable {
    private let ledger: any LedgerBackend
    private let process: String
    private let seed: UInt64
    private let keepsErrors: Bool
    private let charges = Mutex([ChargeID]())

    /// - Parameters:
    ///   - process: the process's name, which no other process has.
    ///   - seed: decides which calls are made. Their outcome also depends on how tasks and processes happen to run.
    ///   - keepsErrors: records a call that throws as lost or failed, instead of throwing its error.
    package init(_ ledger: any LedgerBackend, process: String, seed: UInt64, keepsErrors: Bool = false) {
        self.ledger = ledger
        self.process = process
        self.seed = seed
        self.keepsErrors = keepsErrors
    }

    /// - Parameters:
    ///   - tasks: the number of concurrent tasks.
    ///   - calls: the number of calls by each task: 1 to 100, within nine days of the ledger's time.
    package func record(tasks: Int, calls: Int) async throws -> [RecordedCall] {
        try await withThrowingTaskGroup(of: [RecordedCall].self) { group in
            for task in 0..<tasks { group.addTask { try await record("\(process) task \(task)", task, calls) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func record(_ caller: String, _ task: Int, _ calls: Int) async throws -> [RecordedCall] {
        var seeds = SeededGenerator(seed: seed)
        let ownSeed = (0...task).reduce(seed) { _, _ in seeds.next() }
        var random = SeededGenerator(seed: ownSeed)
        var recorded: [RecordedCall] = []
        for number in 0..<calls {
            // Two hours pass per call: periods end and grants expire during the run, and the tasks' clocks differ.
            let now = OrderPolicy.start.advanced(byMilliseconds: Int64(number) * 2 * 3_600_000)
            let account = (["ana", "bob", "cleo"] as [AccountID]).randomElement(using: &random) ?? "ana"
            let act = act(at: now, &random)
            let call = try await record(act, of: account, at: now, by: caller)
            if let id = call.made { charges.withLock { $0.append(id) } }
            recorded.append(call)
        }
        return recorded
    }

    /// Makes one call.
    package func record(
        _ act: LedgerAct,
        of account: AccountID,
        at now: Timestamp = OrderPolicy.start,
        by caller: String
    ) async throws -> RecordedCall {
        let began = monotonicNanoseconds()
        let answer: LedgerAnswer
        do { answer = try await perform(act, account, at: now) } catch {
            guard keepsErrors else { throw error }
            answer = "\(error)".contains("not known whether") ? .lost : .failed
        }
        // A lost call may take effect later: its transaction may still be on its way.
        let ended = answer == .lost ? .max : monotonicNanoseconds()
        return RecordedCall(
            caller: caller,
            account: act.charge == nil ? account : nil,
            act: act,
            now: now,
            answer: answer,
            beganNanoseconds: began,
            endedNanoseconds: ended
        )
    }

    private func perform(
        _ act: LedgerAct,
        _ account: AccountID,
        at now: Timestamp
    ) async throws -> LedgerAnswer {
        let plans = OrderPolicy.plans
        if let request = act.chargeRequest(account, at: now) {
            return LedgerAnswer(try await ledger.charge(request, at: now))
        }
        if let request = act.grantRequest(account) { return LedgerAnswer(try await ledger.grant(request, at: now)) }
        switch act {
        case .extend(let charge, let credits):
            return LedgerAnswer(try await ledger.extend(charge, by: Credits(inRange: credits), under: plans, at: now))
        case .settle(let charge, _, _):
            return LedgerAnswer(try await ledger.settle(charge, act.settlement, under: plans, at: now))
        case .refund(let charge):
            return LedgerAnswer(refunded: try await ledger.refund(charge, because: .threw, at: now))
        case .balance, .charge, .grant: return LedgerAnswer(try await ledger.balance(of: account, at: now))
        }
    }

    private func act(at now: Timestamp, _ random: inout SeededGenerator) -> LedgerAct {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40:
            let isKeyed = Int.random(in: 0..<3, using: &random) == 0
            return .charge(
                Int64.random(in: 0...12, using: &random),
                action: Bool.random(using: &random) ? "generate" : "chat",
                member: [nil, "mia", "noa"].randomElement(using: &random) ?? nil,
                key: isKeyed ? "k\(Int.random(in: 0..<5, using: &random))" : nil,
                request: isKeyed ? ["same", "same", "other"].randomElement(using: &random) : nil
            )
        case 40..<48: return .extend(someCharge(&random), by: Int64.random(in: 0...6, using: &random))
        case 48..<65:
            let cost = Bool.random(using: &random) ? nil : Int64.random(in: 0...15, using: &random)
            return .settle(someCharge(&random), at: cost, mayOwe: Bool.random(using: &random))
        case 65..<77: return .refund(someCharge(&random))
        case 77..<85:
            let hours = Int64.random(in: 1...20, using: &random)
            return .grant(
                Int64.random(in: 1...10, using: &random),
                reference: "gift \(Int.random(in: 0..<60, using: &random))",
                expiresAt: Bool.random(using: &random) ? .never : now.advanced(byMilliseconds: hours * 3_600_000)
            )
        default: return .balance
        }
    }

    /// A recent charge of this process, or a guess at the next number, which another process may get.
    private func someCharge(_ random: inout SeededGenerator) -> ChargeID {
        let own = charges.withLock { $0.suffix(5).randomElement(using: &random) } ?? ChargeID(rawValue: 1)
        let step = Int.random(in: 0..<4, using: &random) == 0 ? Int64.random(in: 1...3, using: &random) : 0
        return ChargeID(rawValue: own.rawValue + step)
    }
}

/// The time by the machine's monotonic clock, which all its processes share.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
