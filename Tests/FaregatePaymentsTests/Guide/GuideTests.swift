import Faregate
import FaregatePayments
import FaregateSandbox
import FaregateTesting
import Foundation
import Testing

/// The guides agree with the code.
@Suite struct GuideTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardized

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    private func guide(_ name: String) throws -> String { try text("Sources/Faregate/Faregate.docc/\(name).md") }

    /// Without indentation and empty lines.
    private func lines(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// The blocks of code in a language.
    private func blocks(_ language: String, of guide: String) -> [[String]] {
        guide.components(separatedBy: "```\(language)\n").dropFirst().map { rest in
            lines(rest.components(separatedBy: "```")[0])
        }
    }

    private func list(_ name: String, of guide: String) throws -> [String] {
        let start = try #require(guide.range(of: "<!-- \(name) -->\n")).upperBound
        let stop = try #require(guide.range(of: "<!-- end of \(name) -->")).lowerBound
        return lines(guide[start..<stop]).map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "-` ")) }
    }

    /// The guides whose code the example's tests check, because it is quoted from the example.
    private static let checkedElsewhere = ["ProvidersOfYourOwn"]

    /// The README and every guide with code in Swift, and the files whose code they print.
    private func printed() throws -> [(name: String, text: String)] {
        let folder = "Sources/Faregate/Faregate.docc"
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: folder).path)
        let guides = files.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }.sorted()
        return [("Readme", try text("README.md"))]
            + (try guides.filter { !Self.checkedElsewhere.contains($0) }.map { ($0, try guide($0)) })
    }

    /// The lines of the files whose code the guides print.
    private func compiled() throws -> [[String]] {
        let folders = ["Tests/FaregatePaymentsTests/Guide", "Tests/FaregateTests/Gate", "Tests/FaregatePostgresTests"]
        return try folders.flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: folder).path)
                .filter { $0.hasSuffix("Guide.swift") }.map { lines(try text("\(folder)/\($0)")) }
        }
    }

    @Test("A test compiles each Swift block of the README and the guides")
    func code() throws {
        let compiled = try compiled()
        var count = 0
        for (name, text) in try printed() {
            for block in blocks("swift", of: text) where block.first != "// Package.swift" {
                let block = block.filter { !$0.hasPrefix("import ") }
                let isThere = compiled.contains { code in
                    code.indices.contains { code[$0...].prefix(block.count).elementsEqual(block) }
                }
                #expect(isThere, "\(name): no test compiles this:\n\(block.joined(separator: "\n"))")
                count += 1
            }
        }
        #expect(count > 25)
    }

    @Test("The package has every product that the guide names")
    func products() throws {
        let block = try #require(blocks("swift", of: try guide("SellingCredits")).first { $0[0] == "// Package.swift" })
        let package = try text("Package.swift")
        let products = block.compactMap { $0.firstMatch(of: /\.product\(name: "(\w+)", package: "faregate"\)/)?.1 }
        #expect(products.count == 4)
        for product in products { #expect(package.contains(".library(name: \"\(product)\"")) }
    }

    @Test("The guide lists the same permissions and events as the code")
    func lists() throws {
        let selling = try guide("SellingCredits")
        #expect(try list("permissions", of: selling) == Stripe.keyPermissions)
        #expect(try list("stripe events", of: selling) == Stripe.webhookEvents)
        let table = try guide("Dodo").matches(of: /`((?:payment|refund|dispute)\.\w+)`/).map { String($0.1) }
        #expect(Set(table) == Set(Dodo.webhookEvents) && Dodo.webhookEvents.count == Set(table).count)
    }

    /// An event without an object is read only if its type reports something.
    @Test("The lists of events have exactly the events that are read")
    func events() throws {
        let stripe = try Stripe(environment: [:])
        let dodo = try Dodo(environment: [:])
        let parts = [
            ["checkout.session", "refund", "charge", "charge.refund", "charge.dispute", "payment_intent", "payment"]
                + ["dispute", "invoice"],
            Array(Set((Stripe.webhookEvents + Dodo.webhookEvents).compactMap { $0.split(separator: ".").last }))
                .map(String.init) + ["voided", "funds_held"],
        ]
        let types = parts[0].flatMap { part in parts[1].map { "\(part).\($0)" } }
        for (provider, listed) in [(stripe as any PaymentProvider, Stripe.webhookEvents), (dodo, Dodo.webhookEvents)] {
            let read = types.filter { type in
                let id = Inbox.Event.ID(provider: provider.name, event: "evt_1")
                let body = Data(#"{"id":"evt_1","object":"event","type":"\#(type)"}"#.utf8)
                return provider.read(Inbox.Event(id: id, type: type, body: body)) != .nothing
            }
            #expect(Set(read) == Set(listed), "\(provider.name)")
        }
    }

    @Test("The client's requests to Stripe need exactly the listed permissions")
    func permissions() async throws {
        let (key, secret) = (try Secret("sk_test_1"), try Secret("whsec_1"))
        let sandbox = try PaymentSandbox(.stripe, key: key, webhookSecret: secret, pages: "https://a") { _ in
            Money(minorUnits: 1000, currency: "USD")
        }
        let transport = RecordingTransport(SandboxTransport(sandbox))
        let options = try Stripe.CheckoutOptions(keepsCustomers: true)
        let stripe = Stripe(key: key, webhookSecrets: [secret], checkout: options, transport: transport)
        let payments = Payments(
            providers: [stripe], ledger: Ledger(purchases: MemoryPurchases()), policies: Shop.policy)
        let checkout = try await payments.checkout(
            pack: "small", for: "ana", provider: "stripe", successURL: "https://a", cancelURL: "https://a")
        try sandbox.perform(.pay, on: checkout.id)
        _ = try await payments.confirm(checkout.purchase, of: "ana")
        _ = try await payments.reconcile(provider: "stripe", since: SystemClock().now)
        let needed = transport.requests.flatMap(permissions(for:))
        #expect(Set(needed) == Set(Stripe.keyPermissions))
    }

    /// The permission that Stripe requires for a request, including the objects that it expands.
    private func permissions(for request: ProviderKit.Request) -> [String] {
        let access = request.method == .post ? "write" : "read"
        let resource =
            switch request.url.pathComponents.dropFirst(2).first {
            case "checkout": "Checkout Sessions"
            case "customers": "Customers"
            case "refunds": "Refunds"
            case "disputes": "Disputes"
            default: request.url.path
            }
        let query = request.url.query ?? ""
        // A key that may write sessions may read them.
        let own = resource == "Checkout Sessions" ? "\(resource): write" : "\(resource): \(access)"
        return [own] + (query.contains("payment_intent") ? ["Payment Intents: read"] : [])
            + (query.contains("latest_charge") ? ["Charges: read"] : [])
    }
}

private final class RecordingTransport: ProviderKit.Transport {
    private let next: SandboxTransport
    private let sent = Mutex<[ProviderKit.Request]>([])

    init(_ next: SandboxTransport) { self.next = next }

    var requests: [ProviderKit.Request] { sent.withLock { $0 } }

    func send(_ request: ProviderKit.Request) async throws -> ProviderKit.Response {
        sent.withLock { $0.append(request) }
        return try await next.send(request)
    }
}
