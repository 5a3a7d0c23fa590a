import Faregate
import FaregatePostgres
import Workload

/// The PostgreSQL ledger with a long past beside one with a short past: a million accounts and ten million calls, beside
/// a thousand accounts and ten thousand.
///
/// One account makes ten calls. PostgreSQL then repeats its rows for all accounts, in the order in which the calls of
/// many accounts would have written them.
struct PostgresPast: Entrant {
    static let callsOfEach = 10
    static let small = 1000
    static let large = 1_000_000

    let accounts: Int
    let peers: ServerPeers
    let address: String
    let schema: String
    let calls: GatedCalls
    let seconds: Double

    /// - Parameter address: libpq's keywords and values, with the host first.
    static func all(_ peers: ServerPeers, at address: String, seconds: Double) async throws -> [any Entrant] {
        var entrants: [any Entrant] = []
        for accounts in [small, large] {
            say("filling a PostgreSQL ledger with \(accounts) accounts and \(accounts * callsOfEach) settled charges")
            let schema = "past_\(accounts)"
            let uri = PostgresRounds.uri(address, schema: schema)
            let seed = try GatedCalls(ledger: try await Ledger.postgres(uri), workload: Workload(accounts: 1))
            for _ in 1...callsOfEach { try await seed.gate.run("generate", for: seed.order[0]) { _ in } }
            await seed.ledger.close()
            peers.repeatRows(schema, at: address, accounts: accounts)
            let calls = try GatedCalls(ledger: try await Ledger.postgres(uri), workload: Workload(accounts: accounts))
            entrants.append(
                PostgresPast(
                    accounts: accounts, peers: peers, address: address, schema: schema, calls: calls, seconds: seconds))
        }
        return entrants
    }

    func round(_ samples: Samples) async throws {
        for callers in [64, 1] {
            let rate = try await calls.measure(callers: callers, seconds: seconds).perSecond
            samples.add(.postgresPast(accounts: accounts, callers: callers), rate)
        }
    }

    func finish(_ samples: Samples) async throws {
        await calls.ledger.close()
        peers.verifyLedger(schema, at: address, calls: calls.calls + accounts * PostgresPast.callsOfEach)
    }
}

extension Figure {
    static let postgresPast: [Figure] = [64, 1].flatMap { callers in
        [PostgresPast.small, PostgresPast.large].map { accounts in
            let small = Sample.postgresPast(accounts: PostgresPast.small, callers: callers)
            return Figure(
                name:
                    "PostgreSQL, \(accounts) accounts with \(PostgresPast.callsOfEach) calls each, \(callers) callers",
                sample: .postgresPast(accounts: accounts, callers: callers),
                unit: .perSecond,
                // 0.77 is 1 / 1.3.
                goals: accounts == PostgresPast.small
                    ? [] : [.atLeast(0.77, of: small, called: "\(PostgresPast.small) accounts")]
            )
        }
    }
}
