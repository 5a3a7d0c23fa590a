import CSQLite
import Faregate
import FaregatePayments
import FaregateSQLite
import FaregateTesting
import Foundation
import Testing

/// Webhooks and the real ledger together: what is on disk after whatever was delivered.
@Suite struct FulfilmentTests {
    @Test func fiftyDeliveriesAtOnceCreditOnce() async throws {
        try await withStore { store in
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await store.deliver(EventText().json) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == Array(repeating: 200, count: 50))
            let balance = try await store.balance()
            #expect(balance?.sources == ["plan": 50, "purchase": 100])
            let row = try store.sqlite("SELECT state, deliveries FROM inbox")
            #expect(row == "done|50")
        }
    }

    @Test func twoEventsThatTellOneFactCreditOnce() async throws {
        try await withStore { store in
            for number in 1...4 {
                var event = EventText()
                event.id = "\"evt_\(number)\""
                if number.isMultiple(of: 2) { event.type = "checkout.session.async_payment_succeeded" }
                let status = try await store.deliver(event.json)
                #expect(status == 200)
            }
            let balance = try await store.balance()
            #expect(balance?.sources["purchase"] == 100)
        }
    }

    @Test func aFailureToActKeepsTheEventAndTheNextDeliveryCredits() async throws {
        try await withStore { store in
            let fault = "CREATE TRIGGER fault BEFORE INSERT ON grants BEGIN SELECT RAISE(ABORT, 'no grants today'); END"
            _ = try store.sqlite(fault)
            let failed = try await store.deliver(EventText().json)
            #expect(failed == 500)
            let waiting = try store.sqlite("SELECT state, attempts FROM inbox")
            #expect(waiting == "pending|1")
            let before = try await store.balance()
            #expect(before?.sources == ["plan": 50])

            _ = try store.sqlite("DROP TRIGGER fault")
            let again = try await store.deliver(EventText().json)
            #expect(again == 200)
            let after = try await store.balance()
            #expect(after?.sources == ["plan": 50, "purchase": 100])
        }
    }

    @Test(
        arguments: [
            (["amount_total": "999"], "flagged|amount mismatch"),
            (["amount_total": "1001"], "flagged|amount mismatch"),
            (["amount_total": "0"], "flagged|amount mismatch"),
            (["currency": "\"eur\""], "flagged|amount mismatch"),
            (["amount_total": "-1000"], "pending|the session has no amount_total and currency"),
            (["amount_total": "1e300"], "pending|the session has no amount_total and currency"),
            (["amount_total": nil], "pending|the session has no amount_total and currency"),
            (["currency": nil], "pending|the session has no amount_total and currency"),
            (["id": "\"cs_other\"", "metadata": "{}", "client_reference_id": "null"], "flagged|unknown purchase"),
            (["id": "\"cs_other\""], "flagged|unknown purchase"),
        ] as [([String: String?], String)]
    )
    func whatDoesNotFitTheRecordIsKeptAndGrantsNothing(changes: [String: String?], kept: String) async throws {
        try await withStore { store in
            let status = try await store.deliver(EventText.completed(changes))
            #expect(status == 200)
            let row = try store.sqlite("SELECT state, note FROM inbox")
            #expect(row == kept)
            let balance = try await store.balance()
            #expect(balance?.sources == ["plan": 50])
        }
    }

    @Test func aCheckoutWhoseAnswerGotLostIsFoundByItsMetadata() async throws {
        try await withStore(attaching: nil) { store in
            let status = try await store.deliver(EventText().json)
            #expect(status == 200)
            let balance = try await store.balance()
            #expect(balance?.sources["purchase"] == 100)
        }
    }

    @Test func anUnpaidCheckoutCreditsWhenTheMoneyArrives() async throws {
        try await withStore { store in
            _ = try await store.deliver(EventText.completed(["payment_status": "\"unpaid\""]))
            let unpaid = try await store.balance()
            #expect(unpaid?.sources == ["plan": 50])

            var late = EventText()
            late.id = "\"evt_2\""
            late.type = "checkout.session.async_payment_succeeded"
            _ = try await store.deliver(late.json)
            let paid = try await store.balance()
            #expect(paid?.sources["purchase"] == 100)
        }
    }

    @Test func aForgedWebhookLeavesNothingBehind() async throws {
        try await withStore { store in
            let body = Data(EventText().json.utf8)
            let forged = StripeSignature.sign(body: body, secret: try Secret("whsec_guess"), at: store.clock.now)
            let answer = await (try store.webhooks()).receive(signature: forged, body: body)
            #expect(answer.status == 400)
            let inbox = try store.sqlite("SELECT count(*) FROM inbox")
            #expect(inbox == "0")
        }
    }
}

/// A real ledger with one checkout open for the shop's account.
private struct Store {
    let ledger: SQLiteLedger
    let clock = ManualClock()

    func webhooks() throws -> StripeWebhooks {
        StripeWebhooks(secrets: [try Secret(Shop.secret)], ledger: ledger, clock: clock)
    }

    /// Signed by Stripe just now.
    ///
    /// - Returns: the status of the answer.
    func deliver(_ body: String) async throws -> Int {
        let body = Data(body.utf8)
        let signature = StripeSignature.sign(body: body, secret: try Secret(Shop.secret), at: clock.now)
        return await (try webhooks()).receive(signature: signature, body: body).status
    }

    func balance() async throws -> Balance? {
        try await ledger.balance(of: Shop.account, at: clock.now)
    }

    /// Asks the file behind the ledger's back. Columns are separated by `|`.
    func sqlite(_ sql: String) throws -> String {
        try rawQuery(ledger.path, sql)
    }
}

private func withStore(attaching checkout: String? = "cs_test_1", _ body: (Store) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faregate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = Store(ledger: try await SQLiteLedger.open(folder.path + "/test.faregate"))
    guard let pack = Shop.policy.packs["small"] else { preconditionFailure("the policy sells it") }
    let purchase = try Purchase(
        id: Shop.purchase,
        provider: "stripe",
        account: Shop.account,
        pack: pack,
        policyVersion: Shop.policy.version
    )
    let free = Plan(name: "free", grants: [PlanGrant(credits: 50, every: .once)])
    let plans = PlanBook(plans: ["free": free], defaultPlan: free)
    try await store.ledger.record(purchase, under: plans, at: store.clock.now)
    if let checkout { try await store.ledger.attach(checkout: checkout, to: purchase.id, at: store.clock.now) }
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
