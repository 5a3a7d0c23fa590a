import Faregate
import FaregateSQLite
import Foundation
import Workload

/// The product beside its peers, in one run: rounds are interleaved and the table shows medians, so that the noise of
/// the machine meets everybody alike.
@main
struct Benchmarks {
    let options: Options
    private let samples = Samples()

    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        if words.first == "--child" { return try await Memory.runAsChild(Array(words.dropFirst())) }
        do {
            try await Benchmarks(options: try Options(words)).run()
        } catch let misuse as Options.Misuse {
            say(misuse.description)
            exit(2)
        }
    }

    private func run() async throws {
        try FileManager.default.createDirectory(atPath: options.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: options.folder) }

        var ledgers: [OpenLedger] = []
        let small = try await OpenLedger.small(in: options.folder)
        ledgers.append(small)
        var entrants = try await entrants(on: small.calls)
        if let accounts = options.largeAccounts, ["large", "open", "memory"].contains(where: options.wants) {
            let large = try await OpenLedger.large(in: options.folder, accounts: accounts)
            ledgers.append(large)
            if options.wants("large") { entrants.append(largeRounds(large.calls, accounts: accounts)) }
        }

        for round in 1...options.rounds {
            say("round \(round) of \(options.rounds)")
            for entrant in entrants { try await entrant.round(samples) }
        }
        say("comparing the books")
        for entrant in entrants { try await entrant.finish(samples) }
        try await look(at: ledgers)
        try report()
    }

    private func entrants(on calls: GatedCalls) async throws -> [any Entrant] {
        let (workload, seconds) = (Workload(accounts: OpenLedger.smallAccounts), options.seconds)
        let loop = BareLoop(path: options.folder + "/bare.db", workload: workload)
        var entrants: [any Entrant] = []
        if options.wants("bare") {
            entrants.append(DiskRounds(path: options.folder + "/page", seconds: seconds))
            entrants.append(BareRounds(loop: loop, seconds: seconds))
        }
        if options.wants("gated") { entrants.append(GatedRounds(calls: calls, options: options)) }
        if options.wants("latency") { entrants.append(LatencyRounds(calls: calls, loop: loop, seconds: seconds)) }
        if options.wants("hot") { entrants.append(HotRounds(calls: calls, seconds: seconds)) }
        if options.wants("refusals") {
            let refusals = try await GatedRefusals(ledger: calls.ledger, accounts: workload.accounts)
            entrants.append(RefusalRounds(refusals: refusals, seconds: seconds))
        }
        if options.wants("reads") { entrants.append(ReadRounds(calls: calls, seconds: seconds)) }
        if options.wants("grdb") {
            let peer = try GRDBPeer(path: options.folder + "/grdb.db", workload: workload)
            entrants.append(GRDBRounds(peer: peer, seconds: seconds))
        }
        entrants += try serverRounds(workload)
        if options.wants("policy") {
            entrants.append(PolicyRounds(times: try PolicyTimes(path: options.folder + "/policy.jsonc")))
        }
        return entrants
    }

    private func serverRounds(_ workload: Workload) throws -> [any Entrant] {
        guard let program = options.peersProgram else { return [] }
        let peers = try ServerPeers(program: program)
        let servers = [("redis", options.redis, Sample.redis), ("postgres", options.postgres, .postgres)]
        return servers.compactMap { name, address, sample in
            guard let address, options.wants(name) else { return nil }
            peers.open(name, at: address, accounts: workload.accounts, connections: 64)
            return ServerRounds(peers: peers, name: name, sample: sample, seconds: options.seconds)
        }
    }

    private func largeRounds(_ calls: GatedCalls, accounts: Int) -> LargeRounds {
        say("making the bare loop's database of the same size")
        let workload = Workload(accounts: accounts, draws: 1 << 20)
        let loop = BareLoop(path: options.folder + "/bare-large.db", workload: workload, lines: 10 * accounts)
        return LargeRounds(loop: loop, calls: calls, seconds: options.seconds)
    }

    /// Closes the ledgers, proves their books, and looks at what opening and using the largest takes.
    private func look(at ledgers: [OpenLedger]) async throws {
        for (index, ledger) in ledgers.enumerated() {
            var afterwards = await ledger.close()
            afterwards.verify()
            guard index == ledgers.count - 1 else { continue }
            try await afterwards.measure(samples, options)
            afterwards.verify()
        }
    }

    private func report() throws {
        let table = Table(Figure.all(largeAccounts: options.largeAccounts), samples, options)
        let text =
            "Medians of \(options.rounds) interleaved rounds of \(options.seconds) s, \(table.cores) cores, "
            + "\(OpenLedger.smallAccounts) accounts; every answer after an fsync.\n\n\(table.text)\n"
        // At once, before anything else that is said.
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        guard let path = options.json else { return }
        try table.json.write(to: URL(fileURLWithPath: path))
        say("\nthe same as JSON: \(path)")
    }
}

/// Tells how it is going.
func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
