import Faregate
import Foundation

/// Reads Dodo's lists to their end, page by page, at the pace that Dodo allows.
///
/// [Dodo Payments: list payments](https://docs.dodopayments.com/api-reference/payments/get-payments),
/// [list refunds](https://docs.dodopayments.com/api-reference/refunds/get-refunds),
/// [list disputes](https://docs.dodopayments.com/api-reference/disputes/get-disputes)
struct DodoListing {
    typealias Progress = @Sendable (_ seen: Int) -> Void

    /// The range of creation times to list.
    struct Span: Hashable {
        let from: Timestamp
        let to: Timestamp
    }

    /// Dodo allows 240 requests a minute. It allows a burst above that only after a time with fewer requests.
    ///
    /// [Dodo Payments: rate limits](https://docs.dodopayments.com/api-reference/introduction#rate-limits)
    static let intervalMilliseconds: Int64 = 250
    /// The largest page that Dodo returns.
    static let pageSize = 100
    /// The most pages of one list that are read. If none of them is empty, the list is requested in two halves.
    static let maxPages = 50
    /// The most requests for one listing, which take about forty minutes. For more, ask for a shorter period.
    static let maxRequests = 10_000

    private let dodo: Dodo
    private let api: ProviderAPI
    private var requests = 0
    private var nextRequestAt: Timestamp?
    private var seen = 0
    private var known: Set<Purchase.Event> = []
    private(set) var history = ProviderKit.History()

    /// - Throws: ``ProviderKit/Failure`` if the server is not set up to send requests.
    init(dodo: Dodo) throws(ProviderKit.Failure) {
        self.dodo = dodo
        api = try dodo.checkedAPI()
    }

    /// - Parameter progress: called with the number of objects read so far.
    mutating func addPayments(_ span: Span, _ progress: Progress) async throws(ProviderKit.Failure) {
        var asked: Set<String> = []
        for object in try await objects("payments", span, progress) {
            guard
                let (payment, events) = readable(
                    "payment", "payment_id", object,
                    { object throws(Unreadable) in
                        let payment = try DodoPayment(object)
                        return (payment, try payment.events)
                    })
            else { continue }
            guard payment.status == "succeeded", payment.isOfCheckout else {
                add(events)
                continue
            }
            guard asked.insert(payment.id).inserted else { continue }
            try await pace()
            do throws(ProviderKit.Failure) {
                add(try await dodo.events(ofPayment: payment.id, api))
            } catch .unusableAnswer(_, let reason) {
                let names = payment.names
                history.unreadable.append(
                    ProviderKit.UnreadableObject(kind: "payment", id: payment.id, reason: reason, names: names))
            }
        }
    }

    mutating func addRefunds(_ span: Span, _ progress: Progress) async throws(ProviderKit.Failure) {
        for object in try await objects("refunds", span, progress) {
            let events = readable("refund", "refund_id", object) { object throws(Unreadable) in
                try DodoRefund(object).event().map { [$0] } ?? []
            }
            add(events ?? [])
        }
    }

    mutating func addDisputes(_ span: Span, _ progress: Progress) async throws(ProviderKit.Failure) {
        for object in try await objects("disputes", span, progress) {
            let events = readable("dispute", "dispute_id", object) { object throws(Unreadable) in
                try DodoDispute(object).events()
            }
            add(events ?? [])
        }
    }

    private mutating func add(_ new: [Purchase.Event]) {
        history.events += new.filter { known.insert($0).inserted }
    }

    /// - Returns: nil for an object that can't be read, which is noted as unreadable.
    private mutating func readable<Value>(
        _ kind: String,
        _ id: FieldName,
        _ object: ProviderObject,
        _ read: (ProviderObject) throws(Unreadable) -> Value
    ) -> Value? {
        do throws(Unreadable) {
            return try read(object)
        } catch {
            let names = kind == "payment" ? DodoPayment.names(of: object) : DodoPayment.ownName(of: object)
            let unreadable = ProviderKit.UnreadableObject(
                kind: kind, id: object.name(id), reason: error.reason, names: names)
            if !history.unreadable.contains(unreadable) { history.unreadable.append(unreadable) }
            return nil
        }
    }
}

extension DodoListing {
    /// Lists all objects. An object can appear twice, because a new object moves others to the next page.
    private mutating func objects(
        _ path: String,
        _ span: Span,
        _ progress: Progress
    ) async throws(ProviderKit.Failure) -> [ProviderObject] {
        var objects: [ProviderObject] = []
        var spans = [span]
        while let span = spans.popLast() {
            if let whole = try await pages(path, span, progress) {
                objects += whole
            } else {
                spans += try halves(of: span)
            }
        }
        return objects
    }

    /// - Returns: nil if the list doesn't end within ``maxPages``.
    private mutating func pages(
        _ path: String,
        _ span: Span,
        _ progress: Progress
    ) async throws(ProviderKit.Failure) -> [ProviderObject]? {
        var objects: [ProviderObject] = []
        for number in 0..<DodoListing.maxPages {
            let page = try await page(path, number, span)
            // Only an empty page is the end: Dodo may return fewer objects than requested.
            if page.isEmpty { return objects }
            objects += page
            seen += page.count
            progress(seen)
        }
        seen -= objects.count
        return nil
    }

    private mutating func page(
        _ path: String,
        _ number: Int,
        _ span: Span
    ) async throws(ProviderKit.Failure) -> [ProviderObject] {
        try await pace()
        let answer = try await api.get(
            path,
            [
                ("created_at_gte", span.from.description), ("created_at_lte", span.to.description),
                ("page_number", String(number)), ("page_size", String(DodoListing.pageSize)),
            ]
        )
        guard let object = ProviderObject(parsing: answer), object.has("items") else {
            throw dodo.unusable("it is not a page of a list")
        }
        return object.list("items")
    }

    private func halves(of span: Span) throws(ProviderKit.Failure) -> [Span] {
        let length = span.to.milliseconds(since: span.from)
        guard length > 1000 else {
            throw dodo.unusable("more objects were made within one second than \(DodoListing.maxPages) pages can list")
        }
        let middle = span.from.advanced(byMilliseconds: length / 2)
        return [Span(from: span.from, to: middle), Span(from: middle, to: span.to)]
    }

    /// Waits until the next request may be sent.
    private mutating func pace() async throws(ProviderKit.Failure) {
        guard requests < DodoListing.maxRequests else {
            throw dodo.unusable(
                "the lists need more than \(DodoListing.maxRequests) requests; start from a later time (since)")
        }
        requests += 1
        let waitMilliseconds = nextRequestAt.map { $0.milliseconds(since: dodo.clock.now) } ?? 0
        if waitMilliseconds > 0 {
            do {
                try await dodo.clock.sleep(milliseconds: min(waitMilliseconds, DodoListing.intervalMilliseconds))
            } catch {
                throw .cancelled
            }
        }
        nextRequestAt = dodo.clock.now.advanced(byMilliseconds: DodoListing.intervalMilliseconds)
    }
}

extension DodoPayment {
    /// Whether the payment was made through a checkout session, by this server or by another one of the same business.
    fileprivate var isOfCheckout: Bool { names.purchase != nil || names.checkout != nil }
}
