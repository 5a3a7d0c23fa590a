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

    @Test("Of several hosts, the one that takes writes is used, whatever their order")
    func severalHosts() async throws {
        let standby = try #require(Server.standby)
        try await Server.withAddress { address in
            let (own, other) = (try hosts(of: address), try hosts(of: standby))
            for hosts in ["\(own),\(other)", "\(other),\(own)"] {
                let ledger = try await PostgresLedger.open(address.replacing(own, with: hosts))
                try await ledger.give(10, reference: try GrantReference("promo of \(hosts)"))
                await ledger.close()
            }
        }
    }

    /// The hosts and ports of an address.
    private func hosts(of address: String) throws -> String {
        String(try #require(address.firstMatch(of: /@([^\/]+)\//)).1)
    }

    @Test(
        "An error names the hosts and the database of an address, and never the password",
        arguments: [
            ("postgres://ana:s3cret@localhost:1/shop?sslmode=disable", "postgres://localhost:1/shop can't be reached"),
            ("postgres://ana:s3cret@[::1]:1,127.0.0.1:1/shop", "postgres://[::1]:1,127.0.0.1:1/shop can't be reached"),
            ("postgres://ana:s3cret@%2Fnowhere/shop", "postgres:///nowhere/shop can't be reached"),
            ("postgres://localhost:1/shop?password=a@s3cret", "postgres://localhost:1/shop can't be reached"),
        ])
    func place(address: String, message: String) async {
        let error = await #expect(throws: LedgerError.self) { try await PostgresLedger.open(address) }
        #expect(error?.description.hasPrefix(message) == true)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test(
        "An address whose password isn't percent-encoded is refused, and not quoted",
        arguments: [
            "postgres://ana:s3cret/more@localhost/shop", "postgres://ana:s3cret?more@localhost/shop",
            "postgres://ana:s3cret@more@localhost/shop", "postgres://ana:1:s3cret/more", "mysql://ana:s3cret@localhost",
        ])
    func unencoded(address: String) async {
        let error = await #expect(throws: LedgerError.self) { try await PostgresLedger.open(address) }
        #expect(error?.code == .notALedger)
        #expect(error?.description.contains("s3cret") == false && error?.description.contains("more") == false)
    }
}
#endif
