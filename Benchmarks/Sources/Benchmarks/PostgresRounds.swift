import Faregate
import FaregatePostgres
import Foundation
import Workload

/// The PostgreSQL ledger beside three usual ways to charge in PostgreSQL, each with the same calls.
struct PostgresRounds: Entrant {
    /// Who calls, and for whom.
    struct Load: Hashable {
        let name: String
        /// As `Workload(named:)` takes it.
        let workload: String
        let callers: Int
        let schema: String
    }

    enum Entry: String, CaseIterable {
        case ledger
        case statement
        case function
        case loop

        var title: String {
            switch self {
            case .ledger: "the PostgreSQL ledger"
            case .statement: "one statement for each call"
            case .function: "one function for each call"
            case .loop: "a function that loops over batches"
            }
        }
    }

    static let thousand = Load(name: "1,000 accounts, 64 callers", workload: "1000", callers: 64, schema: "thousand")
    static let few = Load(name: "1,000 accounts, 16 callers", workload: "1000", callers: 16, schema: "few")
    static let zipf = Load(
        name: "100,000 accounts by Zipf's law, 64 callers", workload: "zipf100000", callers: 64, schema: "zipf"
    )
    static let hot = Load(name: "one hot account, 64 callers", workload: "1", callers: 64, schema: "hot")
    static let loads = [thousand, few, zipf, hot]

    let load: Load
    let peers: ServerPeers
    let address: String
    let calls: GatedCalls
    let seconds: Double
    private let totals: [Entry: Total]

    /// - Parameter address: libpq's keywords and values, with the host first.
    static func all(_ peers: ServerPeers, at address: String, seconds: Double) async throws -> [any Entrant] {
        var entrants: [any Entrant] = []
        for load in loads {
            say("opening the accounts of \(load.name)")
            let ledger = try await Ledger.postgres(uri(address, schema: "ledger_\(load.schema)"))
            guard let workload = Workload(named: load.workload) else { fatalError("\(load.workload)?") }
            let calls = try GatedCalls(ledger: ledger, workload: workload)
            try await calls.openAccounts()
            for kind in Entry.allCases where kind != .ledger {
                peers.open(
                    "\(kind)_\(load.schema)", kind.rawValue, at: address, workload: load.workload,
                    connections: load.callers
                )
            }
            entrants.append(PostgresRounds(load, peers, address, calls, seconds: seconds))
        }
        return entrants
    }

    private init(_ load: Load, _ peers: ServerPeers, _ address: String, _ calls: GatedCalls, seconds: Double) {
        (self.load, self.peers, self.address, self.calls, self.seconds) = (load, peers, address, calls, seconds)
        totals = Dictionary(uniqueKeysWithValues: Entry.allCases.map { ($0, Total()) })
    }

    /// As a URI: `host=/folder dbname=postgres user=bench`.
    static func uri(_ address: String, schema: String) -> String {
        let words = address.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let values = Dictionary(uniqueKeysWithValues: words.map { ($0[0], $0[1]) })
        let host = (values["host"] ?? "").replacing("/", with: "%2F")
        return "postgres://\(values["user"] ?? "")@\(host)/\(values["dbname"] ?? "")?schema=\(schema)"
    }

    func round(_ samples: Samples) async throws {
        for entry in Entry.allCases {
            samples.add(.onPostgres(load, entry), try await measure(entry))
        }
        if load == PostgresRounds.thousand, let rate = samples[.onPostgres(load, .ledger)] {
            let times = try await calls.latencies(at: rate / 2, seconds: seconds).sorted()
            samples.add(.postgresMedian, times[times.count / 2])
            samples.add(.postgresLate, times[times.count * 99 / 100])
        }
    }

    private func measure(_ entry: Entry) async throws -> Double {
        if entry == .ledger { return try await calls.measure(callers: load.callers, seconds: seconds).perSecond }
        let (count, perSecond) = peers.measure("\(entry)_\(load.schema)", seconds: seconds)
        totals[entry]?.count += count
        return perSecond
    }

    func finish(_ samples: Samples) async throws {
        for entry in Entry.allCases where entry != .ledger {
            peers.verify("\(entry)_\(load.schema)", calls: totals[entry]?.count ?? 0)
        }
        await calls.ledger.close()
        peers.verifyLedger("ledger_\(load.schema)", at: address, calls: calls.calls)
    }
}

extension Figure {
    /// The goals of the ledger, beside each of the others: the best of them counts.
    static let onPostgres: [Figure] =
        PostgresRounds.loads.flatMap { load in
            let goal = load == PostgresRounds.hot ? 5.0 : load == PostgresRounds.thousand ? 2 : 1
            return PostgresRounds.Entry.allCases.map { entry in
                Figure(
                    name: "\(load.name): \(entry.title)",
                    sample: .onPostgres(load, entry),
                    unit: .perSecond,
                    goals: entry == .ledger
                        ? PostgresRounds.Entry.allCases.dropFirst().map {
                            .atLeast(goal, of: .onPostgres(load, $0), called: $0.title)
                        } : []
                )
            }
        } + [
            Figure(name: "a call at half that rate, median", sample: .postgresMedian, unit: .microseconds),
            Figure(
                name: "a call at half that rate, 99th percentile", sample: .postgresLate, unit: .microseconds,
                goals: [.atMost(5, of: .postgresMedian, called: "the median")]
            ),
        ]
}
