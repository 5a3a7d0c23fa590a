import AsyncHTTPClient
import Faregate
import FaregateTesting
import Foundation
import NIOCore

/// Sells, lets all kinds of things happen at both providers, and posts the webhooks that tell of it over many connections
/// while the server is killed again and again. Then it holds every balance to what the providers have.
struct Storm: Sendable {
    static let openingCredits = 50
    /// A list of purchases shows a hundred at most.
    static let maxPurchasesPerAccount = 30

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
                try await blow(providers, server)
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
            try audit(server.database)
        }
    }

    private func blow(_ providers: Providers, _ server: ServerProcess) async throws {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = options.connections
        configuration.timeout.connect = .seconds(5)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let shop = Shop(client: client, address: "http://127.0.0.1:\(server.port)")
            let (customers, sales) = try await sell(providers, shop)
            let post = Post(options, providers, shop, customers, sales)
            try await post.deliver(server)
            try await check(shop, customers, sales)
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    /// Opens checkouts and lets things happen at them until there is enough to tell.
    private func sell(
        _ providers: Providers,
        _ shop: Shop
    ) async throws -> (customers: [[(name: String, value: String)]], sales: [Sale]) {
        var random = SeededRandom(seed: options.seed)
        var customers: [[(name: String, value: String)]] = []
        var sales: [Sale] = []
        // The rest is repetitions and forgeries.
        let enough = max(1, options.webhooks * 17 / 20)
        while providers.all.reduce(0, { $0 + $1.waitingWebhooks }) < enough {
            if sales.count >= customers.count * Storm.maxPurchasesPerAccount {
                customers.append(try await shop.signIn("customer-\(customers.count)"))
            }
            let account = customers.count - 1
            let opened = try await open(providers, shop, account, customers[account], &random)
            for sale in opened { try providers.live(sale.sandbox, sale.checkout, &random) }
            sales += opened
        }
        for sandbox in providers.all { sandbox.shuffleWebhooks(seed: options.seed) }
        let waiting = providers.all.map { "\($0.waitingWebhooks) of \($0.provider.rawValue)" }
        say("\(sales.count) checkouts of \(customers.count) customers; webhooks: \(waiting.joined(separator: ", "))")
        return (customers, sales)
    }

    /// As many at once as there are connections.
    private func open(
        _ providers: Providers,
        _ shop: Shop,
        _ account: Int,
        _ headers: [(name: String, value: String)],
        _ random: inout SeededRandom
    ) async throws -> [Sale] {
        let orders = (0..<30).map { _ in
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
        // In the order of the seed, whichever was opened first.
        return sales.sorted { $0.0 < $1.0 }.map(\.1)
    }

    // MARK: The verdict

    /// Every purchase is worth what its provider kept of the money, and every balance is the sum of that.
    private func check(
        _ shop: Shop,
        _ customers: [[(name: String, value: String)]],
        _ sales: [Sale]
    ) async throws {
        for (account, headers) in customers.enumerated() {
            let own = sales.filter { $0.account == account }
            let records = Dictionary(
                try await shop.purchases(headers).map { ($0.id, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            var sum = Storm.openingCredits
            for sale in own {
                let worth = try worth(of: sale)
                sum += worth
                guard let record = records[sale.purchase], record.credits == worth else {
                    let found = records[sale.purchase].map { "\($0.credits), \($0.status)" } ?? "nothing"
                    throw Failure(
                        "\(sale.sandbox.provider.rawValue) \(sale.checkout) is worth \(worth), and the shop has \(found)"
                    )
                }
            }
            let remaining = try await shop.remaining(headers)
            guard remaining == sum else { throw Failure("customer \(account) has \(remaining) credits and not \(sum)") }
        }
        say("\(customers.count) balances and \(sales.count) purchases are exact")
    }

    /// What is taken back is rounded in the customer's favour.
    private func worth(of sale: Sale) throws -> Int {
        guard let checkout = sale.sandbox.checkout(sale.checkout), let (each, _) = Providers.goods[checkout.product]
        else { throw Failure("the provider has forgotten \(sale.checkout)") }
        guard checkout.isPaid else { return 0 }
        let (credits, total) = (each * checkout.quantity, Int(checkout.total.minorUnits))
        return credits - credits * (total - Int(checkout.keptMinorUnits)) / total
    }

    private func audit(_ database: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: options.faregate)
        process.arguments = ["audit", "--database", database]
        process.standardOutput = FileHandle.standardError
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure("the audit found the books wrong") }
    }
}

func say(_ text: String) {
    FileHandle.standardError.write(Data("storm: \(text)\n".utf8))
}
