#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import TestSupport
import Testing

/// The parameters that Faregate reads from the address.
@Suite("The address of a PostgreSQL ledger", .enabled(if: Server.isThere), .endsWhenStuck)
struct PostgresAddressTests {
    @Test("The address can turn prepared statements off", arguments: [true, false])
    func preparing(isOn: Bool) async throws {
        try await Server.withAddress { address in
            let ledger = try await PostgresLedger.open("\(address)&preparing=\(isOn)")
            let prepared = try await ledger.read { database throws(SQLError) in
                try database.integer("SELECT count(*) FROM pg_prepared_statements")
            }
            #expect(prepared == (isOn ? 1 : 0))
            try await ledger.give(10, reference: "promo")
            _ = try await ledger.hold(.generate())
            await ledger.close()
        }
    }

    @Test("The parameter for prepared statements is true or false")
    func neither() async throws {
        try await Server.withAddress { address in
            let error = await #expect(throws: LedgerError.self) {
                try await PostgresLedger.open("\(address)&preparing=maybe")
            }
            #expect(error?.code == .notALedger)
        }
    }
}
#endif
