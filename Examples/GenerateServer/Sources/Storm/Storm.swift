import AsyncHTTPClient
import Faregate
import FaregateSandbox
import Foundation
import NIOCore

/// Opens checkouts, pays, refunds and disputes them at both providers, and posts the webhooks over many connections
/// while the server is killed again and again. Half of the webhooks are about sales of other shops. At the end the
/// storm compares every balance with the providers' records.
struct Storm: Sendable {
    static let openingCredits = 50
    /// The largest number of open checkouts that Faregate allows an account.
    static let maxPurchasesPerAccount = 20

    struct Sale: Sendable {
        let purchase: String
        let account: Int
        let sandbox: PaymentSandbox
        let checkout: String
    }

    let options: Options

    init(_ options: Options) { self.options = options }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "faregate-storm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        say("seed \(options.seed)")
        let (providers, providersPort) = (try Providers(seed: options.seed), try freePort())
        let server = ServerProcess(options, folder: folder, port: try freePort(), providersPort: providersPort)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await providers.listen(port: providersPort) }
            defer { group.cancelAll() }
            do {
                while !takesConnections(port: providersPort) { try await Task.sleep(for: .milliseconds(10)) }
                try await server.start()
                let (verdict, sent) = try await sellAndDeliver(providers, server)
                await server.stop()
                try verdict.file(server.database, sent)
                try await verdict.inbox(server.database, sent)
                try verdict.audit(server.database)
            } catch {
                await server.stop()
                throw error
            }
        }
    }

    private func sellAndDeliver(_ providers: Providers, _ server: ServerProcess) async throws -> (Verdict, SentEvents) {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = options.connections
        configuration.timeout.connect = .seconds(5)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let shop = Shop(client: client, address: "http://127.0.0.1:\(server.port)")
            let (customers, sales, neighbours) = try await sell(providers, shop)
            let sent = SentEvents(neighbours.owners)
            let post = Post(options, providers, shop, customers, sales, sent)
            try await post.deliver(server)
            let verdict = Verdict(options: options, sales: sales)
            try await verdict.balances(shop, customers)
            try await client.shutdown()
            return (verdict, sent)
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    /// Opens checkouts here and at the neighbours, and performs random acts on them until enough webhooks are waiting.
    private func sell(
        _ providers: Providers,
        _ shop: Shop
    ) async throws -> (customers: [[(name: String, value: String)]], sales: [Sale], neighbours: Neighbours) {
        var random = SeededRandom(seed: options.seed)
        var customers: [[(name: String, value: String)]] = []
        var sales: [Sale] = []
        var neighbours = try Neighbours(providers)
        // Repetitions and forgeries make up the rest.
        let enough = max(1, options.webhooks * 17 / 20)
        var ours = 0
        while providers.waitingWebhooks < enough {
            customers.append(try await shop.signIn("customer-\(customers.count)"))
            let (account, before) = (customers.count - 1, providers.waitingWebhooks)
            let opened = try await open(providers, shop, account, customers[account], &random)
            for sale in opened { try providers.actAtRandom(sale.sandbox, sale.checkout, &random) }
            sales += opened
            ours += providers.waitingWebhooks - before
            while providers.waitingWebhooks < 2 * ours {
                let purchase = opened.randomElement(using: &random)?.purchase ?? ""
                try await neighbours.actAtRandom(besides: purchase, &random)
            }
        }
        for sandbox in providers.all { sandbox.shuffleWebhooks(seed: options.seed) }
        let waiting = providers.all.map { "\($0.waitingWebhooks) of \($0.provider.rawValue)" }
        say(
            "\(sales.count) checkouts of \(customers.count) customers, and \(neighbours.owners.count) of others; webhooks: "
                + waiting.joined(separator: ", ")
        )
        return (customers, sales, neighbours)
    }

    /// Opens an account's checkouts, all at once.
    private func open(
        _ providers: Providers,
        _ shop: Shop,
        _ account: Int,
        _ headers: [(name: String, value: String)],
        _ random: inout SeededRandom
    ) async throws -> [Sale] {
        let orders = (0..<Storm.maxPurchasesPerAccount).map { _ in
            let sandbox = providers.all.randomElement(using: &random) ?? providers.all[0]
            let pack = ["50", "100", "250"].randomElement(using: &random) ?? "50"
            let quantity = pack == "50" ? Int.random(in: 1...20, using: &random) : 1
            let order = #"{"pack":"\#(pack)","quantity":\#(quantity),"provider":"\#(sandbox.provider.rawValue)"}"#
            return (sandbox, order)
        }
        let sales = try await withThrowingTaskGroup(of: (Int, Sale).self) { group in
            for (number, (sandbox, order)) in orders.enumerated() {
                group.addTask {
                    let (purchase, checkout) = try await shop.checkout(order, headers)
                    return (number, Sale(purchase: purchase, account: account, sandbox: sandbox, checkout: checkout))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // The order depends on the seed alone, not on which checkout was opened first.
        return sales.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

func say(_ text: String) {
    FileHandle.standardError.write(Data("storm: \(text)\n".utf8))
}
