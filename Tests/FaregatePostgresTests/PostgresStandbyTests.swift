#if Postgres
import Faregate
import FaregateBooks
import FaregatePostgres
import Foundation
import TestSupport
import Testing

@Suite(
    "A ledger on a standby", .enabled(if: Server.isThere && Server.standby != nil), .endsWhenStuck
)
struct PostgresStandbyTests {
    /// Runs a test with the address of a ledger on a standby. It has an account, ana, with 100 credits.
    private func withStandby(_ body: (String) async throws -> Void) async throws {
        try await Server.withTables { ledger, tables in
            try await ledger.give(100, reference: "promo", at: SystemClock().now)
            let standby = try #require(Server.standby)
            let schema = try #require(tables.address.split(separator: "?").last)
            let address = "\(standby)?\(schema)"
            // The standby replays the grant soon.
            let hasGrant = try (1...200).contains { _ in try Tool.run("balance", "ana", database: address).status == 0 }
            try #require(hasGrant)
            try await body(address)
        }
    }

    @Test("Status says that the server is a standby, and commands that read work")
    func reading() async throws {
        try await withStandby { address in
            let status = try Tool.run("status", database: address)
            #expect(status.status == 1)
            #expect(status.output.hasPrefix("1 problem: 1 account, 0 open calls, tables "))
            #expect(
                status.output.hasSuffix(
                    "\n  the server is a standby and takes no writes: give the address of the primary\n"))
            let stats = try Tool.run("stats", database: address)
            #expect(stats.status == 0 && stats.output.contains(/\nstandby           yes, \d+ ms behind\n/))
            #expect(try Tool.run("balance", "ana", database: address).output.contains(/remaining +100\n/))
        }
    }

    @Test("Writes on a standby, and a server that starts on one, get an error that says so")
    func writing() async throws {
        try await withStandby { address in
            let words = "is a standby, or is set to read only; use the address of the primary"
            for command in [["grant", "ana", "5"], ["init"]] {
                let answer = try Tool.run(command, database: address)
                #expect(answer.status == 3 && answer.error.contains(words))
            }
            let error = await #expect(throws: LedgerError.self) { try await Ledger.postgres(address) }
            #expect(error?.code == .readOnly)
            let empty = try #require(Server.standby) + "?schema=nowhere"
            let missing = try Tool.run("status", database: empty)
            #expect(missing.status == 3 && missing.error.contains("has no ledger in the schema \"nowhere\""))
        }
    }
}
#endif
