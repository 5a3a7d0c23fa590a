#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import FaregateTesting
import TestSupport
import Testing

/// Charges whose commit is not answered while nobody can ask for it.
@Suite("Charges that PostgreSQL never confirmed", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresUnansweredTests {
    private func balance(of ledger: PostgresLedger) async throws -> AccountBalance {
        try #require(try await ledger.balance(of: "ana", at: newYear))
    }

    @Test("A charge whose answer was lost is refunded, and its key is free again", arguments: [true, false])
    func refunded(isCommitted: Bool) async throws {
        try await Server.withAddress { address in
            try await LossyProxy.with(address) { proxy, address in
                let ledger = try await PostgresLedger.open(address)
                try await ledger.give(100, reference: "start")
                var request = ChargeRequest.generate()
                request.key = try IdempotencyKey("k")
                guard case .held(let first, _, _) = try await ledger.charge(request, at: newYear) else {
                    throw TestFailure("not held")
                }
                _ = try await ledger.refund(first, because: .requested, at: newYear)

                proxy.loseNext(isCommitted ? .answer : .commit)
                let error = try await ledgerError { _ = try await ledger.charge(request, at: newYear) }
                #expect(error.description.contains("it is not known whether the write was made"))
                proxy.comeBack()
                let open = try await ledger.openCharges(at: newYear)
                #expect(open.count == (isCommitted ? 1 : 0), "otherwise the proxy lost something else")

                await ledger.performHousekeeping(at: newYear)
                #expect(try await ledger.openCharges(at: newYear).isEmpty)
                let balance = try await balance(of: ledger)
                #expect(balance.remaining == 100 && balance.held == 0)
                guard case .held = try await ledger.charge(request, at: newYear) else {
                    throw TestFailure("the key is still in use")
                }
                if let lost = open.first {
                    let explanation = try await ledger.explain(lost.id)
                    #expect(explanation?.reason == RefundReason.unanswered.rawValue)
                }
                let report = try await ledger.audit()
                #expect(report.differences.map(\.description) == [])
                await ledger.close()
            }
        }
    }

    @Test("After a crash that lost the charge, another call with its number is not refunded")
    func reusedNumber() async throws {
        try await Server.withAddress { direct in
            try await LossyProxy.with(direct) { proxy, address in
                let ledger = try await PostgresLedger.open(address)
                try await ledger.give(100, reference: "start")
                _ = try await ledger.charge(.generate(), at: newYear)
                proxy.loseNext(.commit)
                _ = try await ledgerError { _ = try await ledger.charge(.generate(), at: newYear) }
                proxy.comeBack()

                // A crash takes the sequence back to the last number that was written to the log.
                try await PostgresLedger.execute("SELECT setval('charge_numbers', 1)", at: direct)
                let other = try await PostgresLedger.open(direct)
                for second in 0..<5 {
                    _ = try await other.charge(.generate(), at: newYear.advanced(byMilliseconds: Int64(second) * 1000))
                }
                let later = newYear.advanced(byMilliseconds: 500)
                _ = try await ledger.charge(.generate(), at: later)
                let before = try await ledger.openCharges(at: later).count
                await ledger.performHousekeeping(at: later)
                #expect(try await ledger.openCharges(at: later).count == before)
                await other.close()
                await ledger.close()
            }
        }
    }

    @Test("After an outage the first server that is back doesn't refund what live servers hold")
    func outage() async throws {
        try await Server.withAddress { direct in
            try await LossyProxy.with(direct) { proxy, address in
                let first = try await PostgresLedger.open(address), other = try await PostgresLedger.open(direct)
                try await first.give(100, reference: "start")
                func moment(_ seconds: Int64) -> Timestamp { newYear.advanced(byMilliseconds: seconds * 1000) }
                _ = try await other.charge(.generate(), at: newYear)
                await first.performHousekeeping(at: newYear)

                proxy.loseNext(.commit)
                await first.performHousekeeping(at: moment(30))
                proxy.comeBack()
                for seconds in [Int64(70), 100, 129] {
                    await first.performHousekeeping(at: moment(seconds))
                    #expect(try await first.openCharges(at: moment(seconds)).count == 1)
                }
                // The other server hasn't renewed its lease for a minute in which it could.
                await first.performHousekeeping(at: moment(130))
                #expect(try await first.openCharges(at: moment(130)).isEmpty)
                await other.close()
                await first.close()
            }
        }
    }
}
#endif
