import Workload

/// All who take part, as far as they were asked for.
struct Entrants {
    let options: Options
    let ledgers: Ledgers
    private let workload = Workload(accounts: Ledgers.accounts)

    init(options: Options, ledgers: Ledgers) {
        self.options = options
        self.ledgers = ledgers
    }

    func all() async throws -> [any Entrant] {
        let calls = try await ledgers.calls("small", workload)
        return try await gated(calls) + spread(calls) + peers() + history()
    }

    /// The ledger of 1,000 accounts, and the bare loop beside it.
    private func gated(_ calls: GatedCalls) async throws -> [any Entrant] {
        let seconds = options.seconds
        let loop = BareLoop(path: ledgers.folder + "/bare.db", workload: workload)
        var entrants: [any Entrant] = []
        if options.wants("bare") {
            entrants.append(DiskRounds(path: ledgers.folder + "/page", seconds: seconds))
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
        return entrants
    }

    private func spread(_ calls: GatedCalls) async throws -> [any Entrant] {
        var entrants: [any Entrant] = []
        if options.wants("rolling") {
            let calls = try await ledgers.calls("rolling", workload)
            entrants.append(RollingRounds(calls: calls, seconds: options.seconds))
        }
        if options.wants("zipf") {
            say("opening \(ZipfRounds.accounts) accounts")
            let zipf = try await ledgers.calls("zipf", Workload(zipfOver: ZipfRounds.accounts))
            entrants.append(ZipfRounds(usual: calls, zipf: zipf, seconds: options.seconds))
        }
        return entrants
    }

    private func peers() async throws -> [any Entrant] {
        var entrants: [any Entrant] = []
        if options.wants("grdb") {
            let peer = try GRDBPeer(path: ledgers.folder + "/grdb.db", workload: workload)
            entrants.append(GRDBRounds(peer: peer, seconds: options.seconds))
        }
        entrants += try await servers()
        if let url = options.route { entrants.append(RouteRounds(url: url, seconds: options.seconds)) }
        if options.wants("policy") {
            entrants.append(PolicyRounds(times: try PolicyTimes(path: ledgers.folder + "/policy.jsonc")))
        }
        return entrants
    }

    private func servers() async throws -> [any Entrant] {
        guard let program = options.peersProgram else { return [] }
        let peers = try ServerPeers(program: program)
        var entrants: [any Entrant] = []
        if let address = options.postgres, options.wants("postgres-ledger") {
            entrants += try await PostgresRounds.all(peers, at: address, seconds: options.seconds)
        }
        if let address = options.postgres, options.only.contains("postgres-past") {
            entrants += try await PostgresPast.all(peers, at: address, seconds: options.seconds)
        }
        let servers = [("redis", options.redis, Sample.redis), ("postgres", options.postgres, .postgres)]
        for (name, address, sample) in servers {
            guard let address, options.wants(name) else { continue }
            let kind = name == "redis" ? name : "statement"
            peers.open(name, kind, at: address, workload: "\(workload.accounts)", connections: 64)
            entrants.append(ServerRounds(peers: peers, name: name, sample: sample, seconds: options.seconds))
        }
        return entrants
    }

    private func history() async throws -> [any Entrant] {
        guard let size = options.history else { return [] }
        let small = try await ledgers.history("short-past", size: HistoryRounds.small(beside: size))
        let large = try await ledgers.history("long-past", size: size)
        return [HistoryRounds(small: small, large: large, seconds: options.seconds)]
    }
}
