import CSQLite
import Faregate
import FaregateBooks
import FaregatePayments
import FaregateSQLite
import FaregateTesting
import Foundation

/// A real ledger on disk, with one open checkout of the shop's account, which has 50 credits from its plan.
struct Store {
    let ledger: SQLiteLedger
    let clock = ManualClock()
    let events = Events()
    let stripe: FakeStripe

    func provider() throws -> Stripe {
        Stripe(
            key: try Secret(Shop.key),
            webhookSecrets: [try Secret(Shop.secret)],
            clock: ImpatientClock(),
            transport: stripe
        )
    }

    func payments() throws -> Payments {
        let events = events
        return Payments(
            providers: [try provider()],
            ledger: Ledger(ledger),
            policies: Shop.policy,
            clock: clock
        ) { events.add($0) }
    }

    /// Signed by Stripe now.
    ///
    /// - Returns: the status of the answer.
    func deliver(_ event: JSON, secret: String = Shop.secret) async throws -> Int {
        let signature = Stripe.Signature.sign(body: event.data, secret: try Secret(secret), at: clock.now)
        return try await payments().receive(
            provider: "stripe",
            headers: [("Stripe-Signature", signature)],
            body: event.data
        ).status
    }

    func balance() async throws -> AccountBalance? {
        try await ledger.balance(of: Shop.account, at: clock.now)
    }

    /// Reads the file through another connection. Columns are separated by `|`.
    func sqlite(_ sql: String) throws -> String {
        try rawQuery(ledger.path, sql)
    }

    static let fault = "CREATE TRIGGER fault BEFORE INSERT ON grants BEGIN SELECT RAISE(ABORT, 'no grants today'); END"
}

func withStore(
    attaching checkout: String? = "cs_test_1",
    _ stripe: FakeStripe = FakeStripe(.session()),
    _ body: (Store) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = Store(
        ledger: try await SQLiteLedger.open(folder.path + "/test.faregate", clock: ManualClock()), stripe: stripe)
    let free = Policy.Plan(name: "free", grants: [Policy.Plan.Grant(credits: 50, every: .once)])
    let plans = PlanBook(plans: ["free": free], defaultPlan: free)
    try await store.ledger.record(Shop.sold(), under: plans, at: store.clock.now)
    if let checkout, let url = URL(string: "https://checkout.stripe.com/c/pay/cs_test_1") {
        let open = Purchase.Checkout(purchase: Shop.purchase, id: checkout, url: url, expiresAt: nil)
        try await store.ledger.attach(open, to: Shop.purchase, at: store.clock.now)
    }
    do {
        try await body(store)
        await store.ledger.close()
    } catch {
        await store.ledger.close()
        throw error
    }
}

private struct QueryFailed: Error {
    let message: String
}

private func rawQuery(_ path: String, _ sql: String) throws -> String {
    var handle: OpaquePointer?
    var statement: OpaquePointer?
    defer {
        sqlite3_finalize(statement)
        sqlite3_close(handle)
    }
    guard
        sqlite3_open(path, &handle) == SQLITE_OK, sqlite3_busy_timeout(handle, 10_000) == SQLITE_OK,
        sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK
    else { throw QueryFailed(message: String(cString: sqlite3_errmsg(handle))) }
    guard sqlite3_step(statement) == SQLITE_ROW else { return "" }
    return (0..<sqlite3_column_count(statement))
        .map { column in sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL" }
        .joined(separator: "|")
}
