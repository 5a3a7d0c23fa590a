import Faregate
import FaregateBooks
import FaregateSQLite
import FaregateTesting
import TestSupport
import Testing

/// Settlements in one transaction: each gets its own answer, as if it had come alone.
@Suite struct SettlementBatchTests {
    private let later = newYear.advanced(byMilliseconds: 1000)

    @Test("A charge may share a transaction with settlements")
    func withACharge() async throws {
        let statements = Collected<String>()
        try await withLedger(trace: { statements.add($0) }) { ledger in
            let charges = [try await ledger.hold(.generate(opening: 500)), try await ledger.hold(.generate())]
            statements.removeAll()
            let answers = begin(charges, in: ledger)
            _ = try await ledger.hold(.generate())
            #expect(await texts(of: answers) == ["settled", "settled"])
            #expect(!statements.all.contains("ROLLBACK"))
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test(
        "Each settlement of a batch gets its own answer: for two grants, a closed, a repeated or an unknown charge"
    )
    func mixedCompany() async throws {
        try await withLedger { ledger in
            try await ledger.give(15, reference: "first", priority: -1)
            try await ledger.give(100, reference: "second")
            let alone = try await ledger.hold(.generate())
            let split = try await ledger.hold(.generate())
            let refunded = try await ledger.hold(.generate())
            let settled = try await ledger.hold(.generate())
            #expect(try await ledger.refund(refunded, because: .threw, at: later))
            #expect(try await ledger.settle(settled, at: later))
            let another = try await ledger.hold(.generate())

            let never = ChargeID(rawValue: 1000)
            let answers = await settle([alone, refunded, split, settled, alone, another, never], in: ledger)
            #expect(answers == ["settled", "not held", "settled", "not held", "not held", "settled", "not held"])
            let lines =
                "SELECT charge_id, grant_id, held FROM journal WHERE kind = 'settle' ORDER BY charge_id, grant_id"
            let first = try RawDatabase(ledger.path).rows("SELECT min(id), max(id) FROM grants")[0]
            #expect(
                try RawDatabase(ledger.path).rows(lines) == [
                    ["\(alone)", first[0], "-10"],
                    ["\(split)", first[0], "-5"], ["\(split)", first[1], "-5"],
                    ["\(settled)", first[1], "-10"],
                    ["\(another)", first[1], "-10"],
                ]
            )
            #expect(try RawDatabase(ledger.path).discrepancies() == [])
        }
    }

    @Test("A charge that can't be settled doesn't keep other charges of the batch from being settled")
    func damaged() async throws {
        try await withLedger { ledger in
            var charges: [ChargeID] = []
            for _ in 0..<5 { charges.append(try await ledger.hold(.generate(opening: 50))) }
            // The journal takes no such line.
            try RawDatabase(ledger.path).execute(
                "PRAGMA ignore_check_constraints = ON; UPDATE charges SET cost = -1 WHERE id = \(charges[2])"
            )
            let answers = await settle(charges, in: ledger)
            #expect(answers == ["settled", "settled", "failed", "settled", "settled"])
            let lines = try RawDatabase(ledger.path).rows("SELECT count(*) FROM journal WHERE kind = 'settle'")
            #expect(lines == [["4"]])
        }
    }

    @Test("No settlement succeeds while the disk fails, and all succeed later")
    func failingDisk() async throws {
        try await withFolder { folder in
            let disk = try FaultyDisk()
            let path = folder + "/test.faregate"
            let ledger = try await SQLiteLedger.open(path, access: FileAccess(vfs: disk.name), trace: nil)
            var charges: [ChargeID] = []
            for _ in 0..<10 { charges.append(try await ledger.hold(.generate(cost: 1, opening: 50))) }
            disk.arm(.writesForbidden, at: 1)
            #expect(await settle(charges, in: ledger) == Array(repeating: "failed", count: 10))
            #expect(disk.failures > 0)
            disk.mend()
            #expect(try await ledger.balance(of: "ana", at: later)?.held == 10)

            #expect(await settle(charges, in: ledger) == Array(repeating: "settled", count: 10))
            #expect(try await ledger.balance(of: "ana", at: later)?.used == 10)
            #expect(try RawDatabase(path).discrepancies() == [])
            await ledger.close()
        }
    }

    /// All at the same moment.
    private func settle(_ charges: [ChargeID], in ledger: SQLiteLedger) async -> [String] {
        await texts(of: begin(charges, in: ledger))
    }

    private func begin(_ charges: [ChargeID], in ledger: SQLiteLedger) -> [Answer] {
        charges.map { charge in
            let answer = Answer()
            ledger.settleLater(charge, at: later) { answer.set($0) }
            return answer
        }
    }

    private func texts(of answers: [Answer]) async -> [String] {
        var texts: [String] = []
        for answer in answers { texts.append(await answer.text) }
        return texts
    }
}

/// What a settlement is told.
private final class Answer: Sendable {
    private let (stream, continuation) = AsyncStream<String>.makeStream()

    func set(_ result: Result<Bool, LedgerError>) {
        switch result {
        case .success(true): continuation.yield("settled")
        case .success(false): continuation.yield("not held")
        case .failure: continuation.yield("failed")
        }
        continuation.finish()
    }

    var text: String {
        get async { await stream.first { _ in true } ?? "nothing" }
    }
}
