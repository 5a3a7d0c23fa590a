public import Faregate
import Foundation

extension Stripe {
    /// Requests the session with its payment and line items, and the payment's refunds and disputes if there are any.
    ///
    /// [Stripe: retrieve a session](https://docs.stripe.com/api/checkout/sessions/retrieve),
    /// [expanding responses](https://docs.stripe.com/api/expanding_objects)
    public func look(
        up checkout: String, within patience: Duration? = nil
    ) async throws(ProviderKit.Failure) -> [Purchase.Event]? {
        guard isProviderID(checkout) else { return nil }
        let api = try checkedAPI().within(patience)
        let answer: Data
        do throws(ProviderKit.Failure) {
            answer = try await api.get(
                "v1/checkout/sessions/\(checkout)",
                [("expand[]", "payment_intent.latest_charge"), ("expand[]", "line_items")]
            )
        } catch .declined(let failure) where failure.status == 404 {
            return nil
        }
        guard let object = ProviderObject(parsing: answer) else {
            throw .unusableAnswer(provider: "Stripe", "it is not a Checkout session in JSON")
        }
        let session = try readable("session", checkout, object) { object throws(Unreadable) in
            try StripeSession(object)
        }
        guard session.isPayment else { return [] }
        let currentEvents = try readable("session", checkout, object) { _ throws(Unreadable) in
            try session.currentEvents
        }
        return currentEvents + (try await refundsAndDisputes(of: object, currentEvents, api))
    }

    /// Returns the payment's refunds and disputes. If the charge says that it has none, they are not requested.
    private func refundsAndDisputes(
        of session: ProviderObject,
        _ currentEvents: [Purchase.Event],
        _ api: ProviderAPI
    ) async throws(ProviderKit.Failure) -> [Purchase.Event] {
        guard currentEvents.contains(where: \.isPaid), let intent = session.id("payment_intent"), isProviderID(intent)
        else { return [] }
        let charge = session.object("payment_intent")?.object("latest_charge").map { StripeCharge($0) }
        var events: [Purchase.Event] = []
        for list in StripeList.refundsAndDisputes {
            if let charge, !list.isWorthAsking(charge) { continue }
            let listed = try await all(list, [("payment_intent", intent)], api) { _ in }
            if let unreadable = listed.unreadable.first {
                throw .unusableAnswer(
                    provider: "Stripe", "the \(unreadable.kind) \(unreadable.words): \(unreadable.reason)")
            }
            events += listed.events
        }
        return events
    }

    /// Lists Checkout sessions, refunds and disputes by their creation time. An object made before `since` can have
    /// changed after it, so the lists begin earlier: a day earlier for sessions, because none stays open longer, 30
    /// days for refunds, and 200 days for disputes, because banks take no longer.
    ///
    /// [Stripe: list all sessions](https://docs.stripe.com/api/checkout/sessions/list),
    /// [refunds](https://docs.stripe.com/api/refunds/list), [disputes](https://docs.stripe.com/api/disputes/list)
    public func history(
        since: Timestamp,
        progress: @Sendable (_ seen: Int) -> Void
    ) async throws(ProviderKit.Failure) -> ProviderKit.History {
        let api = try checkedAPI()
        var history = ProviderKit.History()
        var seen = 0
        for list in [StripeList.sessions] + StripeList.refundsAndDisputes {
            let seconds = max(0, since.rawValue / 1000 - list.marginDays * 86_400)
            let before = seen
            let listed = try await all(list, [("created[gte]", "\(seconds)")], api) { count in
                seen = before + count
                progress(seen)
            }
            history.events += listed.events
            history.unreadable += listed.unreadable
        }
        return history
    }

    /// Reads every page of a list. An object that can't be read doesn't hide the others.
    ///
    /// [Stripe: pagination](https://docs.stripe.com/api/pagination)
    private func all(
        _ list: StripeList,
        _ query: [(name: String, value: String)],
        _ api: ProviderAPI,
        progress: (_ seen: Int) -> Void
    ) async throws(ProviderKit.Failure) -> ProviderKit.History {
        var history = ProviderKit.History()
        var lastID: String?
        var seen = 0
        while true {
            let after = lastID.map { [(name: "starting_after", value: $0)] } ?? []
            let answer = try await api.get(list.path, query + [("limit", "100")] + list.expanding + after)
            guard let page = ProviderObject(parsing: answer) else {
                throw .unusableAnswer(provider: "Stripe", "it is not a list in JSON")
            }
            let objects = page.list("data")
            for object in objects {
                do throws(Unreadable) {
                    history.events += try list.read(object)
                } catch {
                    history.unreadable.append(ProviderKit.UnreadableObject(list.what, object, error))
                }
            }
            seen += objects.count
            progress(seen)
            guard page.flag("has_more") == true else { return history }
            guard seen < StripeList.maxCount else {
                throw .unusableAnswer(
                    provider: "Stripe",
                    "there are more than \(StripeList.maxCount) \(list.what)s; start from a later time (since)"
                )
            }
            guard let id = objects.last?.name("id"), id != lastID else {
                throw .unusableAnswer(provider: "Stripe", "its list of \(list.what)s doesn't end")
            }
            lastID = id
        }
    }

    private func readable<Value>(
        _ what: String,
        _ id: String,
        _ object: ProviderObject,
        _ read: (ProviderObject) throws(Unreadable) -> Value
    ) throws(ProviderKit.Failure) -> Value {
        do throws(Unreadable) {
            return try read(object)
        } catch {
            throw .unusableAnswer(
                provider: "Stripe",
                "the \(what) \(isProviderID(id) ? id : "without an id"): \(error.reason)"
            )
        }
    }
}

extension ProviderKit.UnreadableObject {
    fileprivate init(_ kind: String, _ object: ProviderObject, _ error: Unreadable) {
        let id = object.name("id").flatMap { isProviderID($0) ? $0 : nil }
        let isSession = kind == StripeList.sessions.what
        let names = isSession ? StripeSession.names(of: object) : StripeNames(of: object).ofPayment
        self.init(kind: kind, id: id, reason: error.reason, names: names)
    }

    fileprivate var words: String { id ?? "without an id" }
}

/// A list at Stripe, and how its objects are read.
private struct StripeList: Sendable {
    static let maxCount = 1_000_000

    let path: String
    let what: String
    var expanding: [(name: String, value: String)] = []
    let marginDays: Int64
    /// Whether a charge may have an object in this list.
    let isWorthAsking: @Sendable (StripeCharge) -> Bool
    let read: @Sendable (ProviderObject) throws(Unreadable) -> [Purchase.Event]

    static let sessions = StripeList(
        path: "v1/checkout/sessions",
        what: "session",
        expanding: [("expand[]", "data.payment_intent.latest_charge"), ("expand[]", "data.line_items")],
        marginDays: 1,
        isWorthAsking: { _ in true }
    ) { object throws(Unreadable) in
        let session = try StripeSession(object)
        guard session.isPayment else { return [] }
        let currentEvents = try session.currentEvents
        return session.isWorthKnowing(currentEvents) ? currentEvents : []
    }

    static let refundsAndDisputes = [
        StripeList(path: "v1/refunds", what: "refund", marginDays: 30, isWorthAsking: \.hasRefunds) {
            object throws(Unreadable) in [try StripeReading.refund(object)]
        },
        StripeList(path: "v1/disputes", what: "dispute", marginDays: 200, isWorthAsking: \.isDisputed) {
            object throws(Unreadable) in try StripeDispute(object).currentEvents
        },
    ]
}
