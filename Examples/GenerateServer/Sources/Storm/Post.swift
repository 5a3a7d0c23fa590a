import FaregateSandbox
import Foundation
import NIOHTTP1
import Synchronization

/// Posts each webhook until the server accepts it, and posts forgeries in between.
final class Post: Sendable {
    private struct Tally {
        var taken = 0
        var missed = 0
        var repeated = 0
        var forged = 0
        var looks = 0
    }

    private let options: Options
    private let providers: Providers
    private let shop: Shop
    private let customers: [[(name: String, value: String)]]
    private let sales: [Storm.Sale]
    private let sent: SentEvents
    private let tally = Mutex(Tally())
    private let inFlight = Mutex(0)

    init(
        _ options: Options,
        _ providers: Providers,
        _ shop: Shop,
        _ customers: [[(name: String, value: String)]],
        _ sales: [Storm.Sale],
        _ sent: SentEvents
    ) {
        (self.options, self.providers, self.shop) = (options, providers, shop)
        (self.customers, self.sales, self.sent) = (customers, sales, sent)
    }

    /// Returns when the server has accepted every webhook.
    func deliver(_ server: ServerProcess) async throws {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<options.connections { group.addTask { try await self.work(worker) } }
            group.addTask { try await self.killNowAndThen(server) }
            try await group.waitForAll()
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let up = max(0.001, seconds - Double(await server.downtimeMilliseconds) / 1000)
        let (taken, missed, repeated, forged, looks) = tally.withLock {
            ($0.taken, $0.missed, $0.repeated, $0.forged, $0.looks)
        }
        say(
            "\(taken) webhooks accepted, \(repeated) of them repeated on purpose; \(forged) forged ones refused; "
                + "\(missed) not answered with 2xx and sent again; \(looks) reads by the landing page"
        )
        say(
            "\(taken + forged) webhooks over \(options.connections) connections in \(Post.tenths(seconds)) s, "
                + "with \(options.kills) kills: \(Int(Double(taken + forged) / seconds))/s; "
                + "while the server was up, \(Int(Double(taken + forged) / up))/s"
        )
    }

    private static func tenths(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }

    // MARK: Killing

    private var isDone: Bool {
        inFlight.withLock { $0 == 0 } && providers.waitingWebhooks == 0
    }

    /// Kills the server at regular intervals in the sequence of webhooks.
    private func killNowAndThen(_ server: ServerProcess) async throws {
        let total = providers.waitingWebhooks
        for kill in 0..<options.kills {
            let mark = total * (kill + 1) / (options.kills + 1)
            while tally.withLock({ $0.taken }) < mark, !isDone { try await Task.sleep(for: .milliseconds(2)) }
            try await server.killAndRestart()
            say("killed with -9 and started again after \(tally.withLock { $0.taken }) webhooks")
        }
    }

    // MARK: Posting

    private func work(_ worker: Int) async throws {
        var random = SeededRandom(seed: options.seed &+ UInt64(worker) &* 7919)
        while true {
            guard let (sandbox, webhook) = next(&random) else {
                if isDone { return }
                try await Task.sleep(for: .milliseconds(2))
                continue
            }
            defer { inFlight.withLock { $0 -= 1 } }
            sent.note(webhook, of: sandbox)
            if Int.random(in: 0..<80, using: &random) == 0 { try await forge(webhook, sandbox, &random) }
            if Int.random(in: 0..<50, using: &random) == 0 { try await look(&random) }
            // One in five is posted twice at the same time.
            let isTwice = Int.random(in: 0..<5, using: &random) == 0
            async let other = isTwice ? isTaken(webhook, sandbox) : false
            let isTaken = await isTaken(webhook, sandbox)
            if await other { tally.withLock { $0.repeated += 1 } }
            if !isTaken {
                sandbox.redeliver(webhook)
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Takes the next webhook of either provider and counts it as in flight.
    private func next(_ random: inout SeededRandom) -> (PaymentSandbox, SandboxWebhook)? {
        inFlight.withLock { inFlight in
            for sandbox in providers.all.shuffled(using: &random) {
                guard let webhook = sandbox.nextWebhook() else { continue }
                inFlight += 1
                return (sandbox, webhook)
            }
            return nil
        }
    }

    private func post(
        _ sandbox: PaymentSandbox,
        _ headers: [(name: String, value: String)],
        _ body: Data
    ) async -> Int? {
        let path = "/api/payments/\(sandbox.provider.rawValue)/webhook"
        return try? await shop.send(.POST, path, headers: headers, body: body).status
    }

    private func isTaken(_ webhook: SandboxWebhook, _ sandbox: PaymentSandbox) async -> Bool {
        let status = await post(sandbox, webhook.headers, webhook.body)
        let isTaken = status.map { (200..<300).contains($0) } ?? false
        tally.withLock { tally in
            if isTaken { tally.taken += 1 } else { tally.missed += 1 }
        }
        return isTaken
    }

    /// Reads a purchase as its customer. The server then asks the provider, which races with the webhooks.
    private func look(_ random: inout SeededRandom) async throws {
        guard let sale = sales.randomElement(using: &random) else { return }
        let path = "/api/billing/purchases/\(sale.purchase)"
        let answer = try? await shop.send(.GET, path, headers: customers[sale.account])
        if answer?.status == 200 { tally.withLock { $0.looks += 1 } }
    }

    /// Posts a webhook whose signature is missing or wrong; the server must refuse it. While the server is down, there
    /// is no answer.
    private func forge(
        _ webhook: SandboxWebhook,
        _ sandbox: PaymentSandbox,
        _ random: inout SeededRandom
    ) async throws {
        var (headers, body) = (webhook.headers, webhook.body)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: headers.removeAll { $0.name.lowercased().hasSuffix("signature") }
        case 1:
            // Changes one digit of the body.
            guard let place = body.lastIndex(where: { (0x31...0x38).contains($0) }) else { return }
            body[place] += 1
        case 2:
            headers = headers.map { ($0.name, $0.name == "Stripe-Signature" ? "\($0.value)0" : $0.value.lowercased()) }
        default:
            // Uses the signature of another event.
            guard let other = sandbox.nextWebhook() else { return }
            sandbox.redeliver(other)
            guard other.body != body else { return }
            headers = other.headers
        }
        guard let status = await post(sandbox, headers, body) else { return }
        guard (400..<500).contains(status) else {
            throw Failure("a forged \(webhook.type) was answered with \(status)")
        }
        tally.withLock { $0.forged += 1 }
    }
}
