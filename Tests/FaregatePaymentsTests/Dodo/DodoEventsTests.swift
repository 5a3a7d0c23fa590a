import Faregate
import FaregatePayments
import FaregateTesting
import Foundation
import TestSupport
import Testing

/// Reading Dodo's history.
@Suite(.endsWhenStuck) struct DodoEventsTests {
    /// A shop with many payments that answers like Dodo, by page.
    private final class Shelf: ProviderKit.Transport {
        let payments: Int
        let maxPageSize: Int
        private let asked = Mutex<[ProviderKit.Request]>([])

        init(payments: Int, maxPageSize: Int = 100) {
            self.payments = payments
            self.maxPageSize = maxPageSize
        }

        var requests: [ProviderKit.Request] { asked.withLock { $0 } }

        /// One payment a second, the last one now.
        private func madeAt(_ number: Int) -> Timestamp {
            Timestamp(rawValue: 1_767_225_600_000).advanced(byMilliseconds: -1000 * Int64(payments - 1 - number))
        }

        func send(_ request: ProviderKit.Request) async throws -> ProviderKit.Response {
            asked.withLock { $0.append(request) }
            if let id = request.url.path.split(separator: "/").last, id.hasPrefix("pay_") {
                return answer(DodoFixture.payment.setting(["payment_id"], to: .text(String(id))))
            }
            guard request.url.path == "/payments" else { return answer(["items": []]) }
            let query = request.query
            let from = try Timestamp(Date(query["created_at_gte"] ?? "", strategy: .iso8601WithFractions))
            let until = try Timestamp(Date(query["created_at_lte"] ?? "", strategy: .iso8601WithFractions))
            let listed = (0..<payments).reversed().filter { (from...until).contains(madeAt($0)) }
            let size = min(Int(query["page_size"] ?? "") ?? 10, maxPageSize)
            let page = listed.dropFirst(size * (Int(query["page_number"] ?? "") ?? 0)).prefix(size)
            return answer(["items": .array(page.map(item))])
        }

        /// Every tenth payment is ours, and the list shows less of it than a lookup.
        private func item(_ number: Int) -> JSON {
            let item: JSON = [
                "payment_id": .text("pay_\(number)"), "status": "succeeded", "total_amount": 1200, "currency": "USD",
            ]
            guard number.isMultiple(of: 10) else { return item }
            return item.setting(["metadata"], to: ["faregate_purchase": "pur_1"])
        }

        private func answer(_ json: JSON) -> ProviderKit.Response {
            ProviderKit.Response(status: 200, body: Data(json.text.utf8))
        }
    }

    private static let now = Timestamp(rawValue: 1_767_225_600_000)
    private static let weekAgo = now.advanced(byMilliseconds: -7 * 86_400_000)

    private static func page(_ items: JSON...) -> FakeDodo.Answer { .json(["items": .array(items)]) }

    private func events(at dodo: any ProviderKit.Transport, since: Timestamp = weekAgo) async throws -> [Purchase.Event]
    {
        try await DodoFixture.provider(at: dodo, clock: ImpatientClock()).history(since: since) { _ in }.events
    }

    @Test("An object that is listed on two pages is reported once")
    func twice() async throws {
        let dodo = FakeDodo([
            "GET /payments": [Self.page()],
            "GET /refunds": [
                Self.page(DodoFixture.refund, DodoFixture.refund), Self.page(DodoFixture.refund), Self.page(),
            ],
            "GET /disputes": [Self.page()],
        ])
        let clock = ImpatientClock()
        let events = try await DodoFixture.provider(at: dodo, clock: clock).history(since: Self.weekAgo) { _ in }.events
        #expect(events.count == 1)
        #expect(clock.sleptMilliseconds == [250, 250, 250, 250])
    }

    @Test("Each list is requested page by page until a page is empty, starting before the time that was asked for")
    func requests() async throws {
        let dodo = FakeDodo([
            "GET /payments": [Self.page(DodoFixture.paid("failed")), Self.page()],
            "GET /refunds": [Self.page(DodoFixture.refund), Self.page()],
            "GET /disputes": [Self.page(DodoFixture.disputed("lost")), Self.page()],
        ])
        let events = try await events(at: dodo)
        #expect(
            events.map(\.fact) == [
                .paymentFailed(payment: "pay_1"),
                .refund(id: "ref_1", payment: "pay_1", amount: Money(minorUnits: 300, currency: "USD"), .succeeded),
                .dispute(id: "dp_1", payment: "pay_1", amount: Money(minorUnits: 1200, currency: "USD"), .lost),
            ]
        )
        #expect(dodo.lines == ["payments", "refunds", "disputes"].flatMap { ["GET /\($0)", "GET /\($0)"] })
        #expect(dodo.requests.map { $0.query["page_number"] } == ["0", "1", "0", "1", "0", "1"])
        #expect(Set(dodo.requests.map { $0.query["page_size"] }) == ["100"])
        #expect(Set(dodo.requests.map { $0.query["created_at_lte"] }) == ["2026-01-01T01:00:00.000Z"])
        #expect(
            dodo.requests.map { $0.query["created_at_gte"] } == [
                "2025-12-23T00:00:00.000Z", "2025-12-23T00:00:00.000Z", "2025-11-25T00:00:00.000Z",
                "2025-11-25T00:00:00.000Z", "2025-06-08T00:00:00.000Z", "2025-06-08T00:00:00.000Z",
            ]
        )
        #expect(dodo.requests.allSatisfy { $0.query.count == 4 })
    }

    @Test("Each paid payment of a checkout is looked up by its id, with its tax, refunds and disputes")
    func details() async throws {
        let listed = DodoFixture.payment.setting(["tax"], to: nil).setting(["refunds"], to: nil)
            .setting(["disputes"], to: nil).setting(["billing"], to: nil)
        let whole = DodoFixture.payment.setting(["refunds"], to: [DodoFixture.fullRefund])
        let dodo = FakeDodo([
            "GET /payments": [Self.page(listed, listed), Self.page()], "GET /payments/pay_1": [.json(whole)],
            "GET /refunds": [Self.page()], "GET /disputes": [Self.page()],
        ])
        let events = try await events(at: dodo)
        #expect(events.map(\.names) == Array(repeating: DodoReadingTests.names, count: 3))
        #expect(
            events.map(\.fact) == [
                .bought("pdt_small", 1, "pay_1"),
                .paid(payment: "pay_1", amount: Money(minorUnits: 1200, currency: "USD"), tax: 200),
                .refund(id: "ref_1", payment: "pay_1", amount: nil, .succeeded),
            ]
        )
        #expect(dodo.lines.filter { $0 == "GET /payments/pay_1" }.count == 1)
    }

    @Test("Renewals and payments of other shops are read from the list without a lookup")
    func others() async throws {
        let other = DodoFixture.payment.setting(["metadata"], to: [:]).setting(["checkout_session_id"], to: nil)
            .setting(["product_cart"], to: nil)
        let waiting = DodoFixture.paid("requires_payment_method")
        let dodo = FakeDodo([
            "GET /payments": [
                Self.page(other, DodoFixture.renewal, waiting, DodoFixture.paid("processing")), Self.page(),
            ],
            "GET /refunds": [Self.page()], "GET /disputes": [Self.page()],
        ])
        let events = try await events(at: dodo)
        #expect(
            events.map(\.names) == [
                Purchase.Names(payments: ["pay_1"]), Purchase.Names(payments: ["pay_renewal"]), DodoReadingTests.names,
            ]
        )
        #expect(!dodo.lines.contains { $0.hasPrefix("GET /payments/") })
    }

    @Test("Every object of a long list is reported once", arguments: [0, 1, 99, 100, 101, 1000])
    func everything(count: Int) async throws {
        let shelf = Shelf(payments: count)
        let seen = Mutex<[Int]>([])
        let events = try await DodoFixture.provider(at: shelf, clock: ImpatientClock())
            .history(since: Self.weekAgo) { count in seen.withLock { $0.append(count) } }.events
        #expect(Set(events.flatMap(\.names.payments)) == Set((0..<count).map { "pay_\($0)" }))
        #expect(events.count(where: \.isPaid) == count)
        let told = seen.withLock { $0 }
        #expect(told == told.sorted() && told.last ?? 0 == count)
    }

    @Test("A page with fewer objects than were requested does not end the list")
    func shortPages() async throws {
        let events = try await events(at: Shelf(payments: 75, maxPageSize: 20))
        #expect(events.count(where: \.isPaid) == 75)
    }

    @Test("A list with more pages than Dodo counts is requested in two halves, and no object is missed")
    func halves() async throws {
        let shelf = Shelf(payments: 6000)
        let events = try await events(at: shelf)
        #expect(Set(events.flatMap(\.names.payments)).count == 6000)
        #expect(shelf.requests.allSatisfy { (Int($0.query["page_number"] ?? "0") ?? 0) < 50 })
        #expect(Set(shelf.requests.map { $0.query["created_at_gte"] }).count > 3)
    }

    @Test("A list without an end stops with an error")
    func endless() async throws {
        let dodo = FakeDodo(["GET /payments": [Self.page(DodoFixture.paid("failed"))]])
        let error = await #expect(throws: ProviderKit.Failure.self) { try await events(at: dodo) }
        guard case .unusableAnswer = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(dodo.requests.count <= 10_000)
    }

    @Test(
        "An answer that is not a list is an error",
        arguments: ["", "[]", "{}", #"{"items":null}"#]
    )
    func unreadable(text: String) async throws {
        let dodo = FakeDodo(["GET /payments": [.text(text)]])
        let error = await #expect(throws: ProviderKit.Failure.self) { try await events(at: dodo) }
        guard case .unusableAnswer = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("An object that can't be read is reported by its id, and the other objects are still read")
    func oneObject() async throws {
        let whole = DodoFixture.payment.setting(["payment_id"], to: "pay_2")
        let dodo = FakeDodo([
            "GET /payments": [
                Self.page([:], ["payment_id": "pay_1", "status": "succeeded"], whole, ["payment_id": 7]), Self.page(),
            ],
            "GET /payments/pay_2": [.json(whole.setting(["total_amount"], to: "much"))],
            "GET /refunds": [Self.page(["refund_id": "ref_1"], DodoFixture.fullRefund), Self.page()],
            "GET /disputes": [Self.page(["dispute_id": "dsp_1"]), Self.page()],
        ])
        let provider = try DodoFixture.provider(at: dodo, clock: ImpatientClock())
        let history = try await provider.history(since: Self.weekAgo) { _ in }
        #expect(
            history.unreadable.map { "\($0.kind) \($0.id ?? "?")" } == [
                "payment ?", "payment pay_1", "payment pay_2", "refund ref_1", "dispute dsp_1",
            ]
        )
        #expect(history.events.map(\.names) == [Purchase.Names(payments: ["pay_1"])])
    }

    @Test("A history can start at any time", arguments: [Int64.min, -1, 0, 1, Int64.max])
    func anyTime(since: Int64) async throws {
        let empty = FakeDodo([
            "GET /payments": [Self.page()], "GET /refunds": [Self.page()], "GET /disputes": [Self.page()],
        ])
        let events = try await events(at: empty, since: Timestamp(rawValue: since))
        #expect(events.isEmpty)
    }

    @Test("Dodo gets at most four requests a second, by the server's clock")
    func pace() async throws {
        let clock = ManualClock(now: Self.now)
        let shelf = Shelf(payments: 30)
        let provider = try DodoFixture.provider(at: shelf, clock: clock)
        let events = Task { try await provider.history(since: Self.weekAgo) { _ in }.events }
        // Two pages of payments, three of ours, and an empty page of refunds and of disputes.
        for count in 1...6 {
            await clock.waitForSleeper()
            #expect(shelf.requests.count == count)
            clock.advance(milliseconds: 249)
            #expect(shelf.requests.count == count)
            clock.advance(milliseconds: 1)
        }
        let found = try await events.value
        #expect(found.count(where: \.isPaid) == 30)
        #expect(shelf.requests.count == 7)
        #expect(clock.now == Self.now.advanced(byMilliseconds: 1500))
    }

    @Test("A cancelled task sends no further request")
    func cancelled() async throws {
        let clock = ManualClock(now: Self.now)
        let shelf = Shelf(payments: 30)
        let provider = try DodoFixture.provider(at: shelf, clock: clock)
        let events = Task { try await provider.history(since: Self.weekAgo) { _ in }.events }
        await clock.waitForSleeper()
        events.cancel()
        await #expect(throws: ProviderKit.Failure.cancelled) { try await events.value }
        #expect(shelf.requests.count == 1)
    }
}

extension ParseStrategy where Self == Date.ISO8601FormatStyle {
    fileprivate static var iso8601WithFractions: Self { Date.ISO8601FormatStyle(includingFractionalSeconds: true) }
}

extension Purchase.Event {
    fileprivate var isPaid: Bool {
        if case .paid = fact { return true }
        return false
    }
}
