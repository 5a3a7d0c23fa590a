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

    @Test("A charge of which nobody learned is refunded, and its key is free again", arguments: [true, false])
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
}
#endif
