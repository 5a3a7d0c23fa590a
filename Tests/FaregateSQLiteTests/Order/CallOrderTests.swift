import Faregate
import FaregateSQLite
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Many tasks and processes call one ledger at once. `LedgerWorker order` does so longer.
@Suite(.endsWhenStuck) struct CallOrderTests {
    @Test("Some order of each account's calls explains the answers to 16 tasks in three processes")
    func threeProcesses() throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        let (status, text) = try Worker(arguments: ["order", "\(seed)", "2", "20"]).end()
        #expect(status == 0, "\(text)")
    }

    @Test("A balance that is wrong by one credit, among many calls, is found: no order of the calls explains it")
    func oneWrongBalance() async throws {
        let seed = UInt64.random(in: 0...UInt64(UInt32.max))
        var calls = try await overlapping(Depth.of(quick: 72, thorough: 96), seed: seed)
        try CallOrder.check(calls)
        let balances = calls.indices.filter { calls[$0].answer.kind == "balance" }
        let index = try #require(balances.randomElement(), "seed \(seed)")
        let detail = calls[index].answer.detail
        let total = try #require(Int(detail.split(separator: " ")[1]))
        calls[index].answer.detail = detail.replacing("total \(total)", with: "total \(total + 1)")
        let missing = try #require(throws: CallOrder.Missing.self, "seed \(seed)") { try CallOrder.check(calls) }
        #expect(missing.last == calls[index], "seed \(seed)")
        #expect(missing.calls.count < calls.count { $0.account == missing.account || $0.account == nil })
    }

    @Test("A credit that is spent twice is found, with the two calls that spent it and nothing else")
    func spentTwice() async throws {
        let (history, missing) = try await tampered(at: 8) {
            $0 = held(99, like: $0)
        } calls: { recorder in
            let other = try await recorder(.charge(55, action: "generate"), "bob")
            let spent = try await recorder(.charge(45, action: "generate"), "ana")
            let refunded = try await recorder(.charge(10, action: "generate"), "ana")
            let limited = try await recorder(.charge(0, action: "chat", member: "mia"), "ana")
            let balance = try await recorder(.balance, "ana")
            let refund = try await recorder(.refund(try #require(refunded.answer.charge)), "ana")
            let last = try await recorder(.charge(9, action: "generate"), "ana")
            let settled = try await recorder(.settle(try #require(last.answer.charge)), "ana")
            // One credit is left.
            let again = try await recorder(.charge(2, action: "generate"), "ana")
            return [other, spent, refunded, limited, balance, refund, last, settled, again]
        }
        #expect(missing.calls == [history[1], history[6], history[8]])
        #expect(missing.last == history[8])
        #expect(missing.expected.map(\.kind) == ["too few credits"])
    }

    @Test("A key that is charged twice is found, with the two charges and nothing else")
    func keyChargedTwice() async throws {
        let (history, missing) = try await tampered(at: 4) {
            $0 = held(99, like: $0)
        } calls: { recorder in
            let other = try await recorder(.charge(3, action: "generate"), "ana")
            let keyed = try await recorder(.charge(5, action: "generate", key: "k", request: "same"), "ana")
            let settled = try await recorder(.settle(try #require(keyed.answer.charge), at: 4), "ana")
            let given = try await recorder(.grant(7, reference: "gift"), "ana")
            let repeated = try await recorder(.charge(5, action: "generate", key: "k", request: "same"), "ana")
            return [other, keyed, settled, given, repeated]
        }
        #expect(missing.calls == [history[1], history[4]])
        #expect(missing.expected.map(\.kind) == ["key used"])
    }

    @Test("A balance that lacks a call that had ended is found, with that call, and without refunded calls")
    func staleBalance() async throws {
        var before = ""
        let (history, missing) = try await tampered(at: 6) {
            $0.detail = before
        } calls: { recorder in
            let given = try await recorder(.grant(7, reference: "gift"), "ana")
            let old = try await recorder(.balance, "ana")
            before = old.answer.detail
            let failed = try await recorder(.charge(3, action: "generate"), "ana")
            let refund = try await recorder(.refund(try #require(failed.answer.charge)), "ana")
            let charged = try await recorder(.charge(5, action: "generate"), "ana")
            let other = try await recorder(.charge(5, action: "generate"), "bob")
            let stale = try await recorder(.balance, "ana")
            return [given, old, failed, refund, charged, other, stale]
        }
        #expect(missing.calls == [history[0], history[4], history[6]])
        #expect("\(missing)".contains("remaining 57") && "\(missing)".contains("remaining 62"))
    }

    @Test("Two successful refunds of one charge are found: in either order only one can succeed")
    func refundedTwice() async throws {
        let (history, missing) = try await tampered(at: 2) {
            $0.kind = "refunded"
        } calls: { recorder in
            let charged = try await recorder(.charge(5, action: "generate"), "ana")
            let charge = try #require(charged.answer.charge)
            let first = try await recorder(.refund(charge), "ana")
            let second = try await recorder(.refund(charge), "ana")
            return [charged, first, second]
        }
        #expect(missing.calls.map(\.act) == history.map(\.act))
    }

    /// Calls that were made one after another, with times as if each had overlapped up to four neighbours. On a busy
    /// machine, calls that really overlap can have too many orders to search.
    private func overlapping(_ count: Int, seed: UInt64) async throws -> [RecordedCall] {
        let calls = try await withLedger { ledger in
            try await CallRecorder(ledger, process: "one process", seed: seed).record(tasks: 1, calls: count)
        }
        var random = SeededGenerator(seed: seed)
        return calls.enumerated().map { index, call in
            var call = call
            let moment = UInt64(index + 2) * 1000
            call.beganNanoseconds = moment - UInt64.random(in: 0...2000, using: &random)
            call.endedNanoseconds = moment + UInt64.random(in: 1...2000, using: &random)
            return call
        }
    }

    /// The calls one after another, and what the check finds after one answer was changed. As they were, they have an
    /// order.
    private func tampered(
        at index: Int,
        _ change: (inout LedgerAnswer) -> Void,
        calls: (_ record: (LedgerAct, AccountID) async throws -> RecordedCall) async throws -> [RecordedCall]
    ) async throws -> (history: [RecordedCall], missing: CallOrder.Missing) {
        var history = try await withLedger { ledger in
            let recorder = CallRecorder(ledger, process: "one process", seed: 0)
            return try await calls { try await recorder.record($0, of: $1, by: "one task") }
        }
        try CallOrder.check(history)
        change(&history[index].answer)
        let missing = try #require(throws: CallOrder.Missing.self) { try CallOrder.check(history) }
        // A call that names a charge alone is told of with its account.
        for index in history.indices { history[index].account = history[index].account ?? missing.account }
        return (history, missing)
    }

    private func held(_ charge: Int64, like answer: LedgerAnswer) -> LedgerAnswer {
        LedgerAnswer(kind: "held", detail: "spendable - exceeded []", charge: ChargeID(rawValue: charge))
    }
}
