import Faregate

/// The objects that can be fetched by id or as a list.
struct StripeShelf {
    enum Kind: String {
        case sessions = "checkout/sessions"
        case refunds, disputes, charges, events
        case intents = "payment_intents"
    }

    let kind: Kind
    /// Nil for the list.
    let id: String?

    /// - Parameter path: without `v1`.
    init?(path: String, id: String) {
        if let kind = Kind(rawValue: path) {
            (self.kind, self.id) = (kind, nil)
        } else if let kind = Kind(rawValue: String(path.dropLast(id.count + 1))), !id.isEmpty {
            (self.kind, self.id) = (kind, id)
        } else {
            return nil
        }
    }
}

/// [Stripe: pagination](https://docs.stripe.com/api/pagination)
extension StripeWire {
    private struct Item {
        let id: String
        let number: Int
        let createdSeconds: Int64
        /// The filters that a list accepts.
        let fields: [String: String]
        let json: () -> SandboxJSON
    }

    func show(
        _ shelf: StripeShelf,
        path: String,
        _ fields: FormFields,
        _ state: SandboxState
    ) throws(StripeFault) -> SandboxJSON {
        guard let id = shelf.id else { return try list(shelf.kind, path: path, fields, state) }
        if shelf.kind == .events {
            guard let event = state.events[id] else { throw .missing("event", id, param: "id") }
            return json(of: event)
        }
        guard let item = state[id].flatMap({ items(shelf.kind, of: $0).first { $0.id == id } }) else {
            let what =
                switch shelf.kind {
                case .sessions: ("checkout.session", "session")
                case .refunds: ("refund", "id")
                case .disputes: ("dispute", "dispute")
                case .charges: ("charge", "id")
                case .intents: ("payment_intent", "intent")
                case .events: ("event", "id")
                }
            throw .missing(what.0, id, param: what.1)
        }
        return item.json()
    }

    private func list(
        _ kind: StripeShelf.Kind,
        path: String,
        _ fields: FormFields,
        _ state: SandboxState
    ) throws(StripeFault) -> SandboxJSON {
        var items =
            kind == .events
            ? state.eventsNewestFirst.map { self.item($0) }
            : state.newestFirst.flatMap { self.items(kind, of: $0) }
        items.sort { $0.number > $1.number }
        let filters: Set = ["payment_intent", "charge", "status", "type"]
        for name in fields.names {
            let top = String(name.prefix { $0 != "[" })
            if ["limit", "starting_after", "ending_before", "expand", "created"].contains(top) { continue }
            guard filters.contains(name), let wanted = fields[name] else { throw .unknown(name) }
            items = items.filter { $0.fields[name] == wanted }
        }
        for (relation, text) in fields.nested("created") {
            guard let seconds = Int64(text), let holds = StripeWire.relations[relation] else {
                throw .invalid("Invalid timestamp: \(text)", param: "created[\(relation)]")
            }
            items = items.filter { holds($0.createdSeconds, seconds) }
        }
        return try page(of: items, path: path, fields)
    }

    private static let relations: [String: @Sendable (Int64, Int64) -> Bool] = [
        "gt": { $0 > $1 }, "gte": { $0 >= $1 }, "lt": { $0 < $1 }, "lte": { $0 <= $1 },
    ]

    private func page(of items: [Item], path: String, _ fields: FormFields) throws(StripeFault) -> SandboxJSON {
        let limit = fields["limit"].map { Int($0) } ?? 10
        guard let limit, (1...100).contains(limit) else {
            throw .invalid(
                "Invalid limit: it must be between 1 and 100",
                param: "limit",
                code: "parameter_invalid_integer"
            )
        }
        var rest = items[...]
        if let id = fields["starting_after"] {
            guard let index = rest.firstIndex(where: { $0.id == id }) else {
                throw .missing("object", id, param: "starting_after", status: 400)
            }
            rest = rest[(index + 1)...]
        }
        if let id = fields["ending_before"] {
            guard let index = rest.firstIndex(where: { $0.id == id }) else {
                throw .missing("object", id, param: "ending_before", status: 400)
            }
            rest = rest[..<index].suffix(limit)
        }
        return [
            "object": "list",
            "data": .list(rest.prefix(limit).map { $0.json() }),
            "has_more": .bool(rest.count > limit),
            "url": .text(path),
        ]
    }

    private func items(_ kind: StripeShelf.Kind, of checkout: SandboxCheckout) -> [Item] {
        let createdSeconds = { (moment: Timestamp) in moment.rawValue / 1000 }
        guard kind != .sessions else {
            let fields = ["payment_intent": checkout.payment?.id ?? "", "status": checkout.state.rawValue]
            let item = Item(
                id: checkout.id,
                number: checkout.number,
                createdSeconds: createdSeconds(checkout.createdAt),
                fields: fields
            ) { session(checkout) }
            return [item]
        }
        guard let payment = checkout.payment else { return [] }
        let fields = ["payment_intent": payment.id, "charge": payment.charge]
        func item(_ id: String, _ number: Int, _ moment: Timestamp, _ json: @escaping () -> SandboxJSON) -> Item {
            Item(id: id, number: number, createdSeconds: createdSeconds(moment), fields: fields, json: json)
        }
        return switch kind {
        case .refunds:
            payment.refunds.map { refund in
                item(refund.id, refund.number, refund.createdAt) { self.refund(refund, checkout) }
            }
        case .disputes:
            payment.disputes.map { dispute in
                item(dispute.id, dispute.number, dispute.createdAt) { self.dispute(dispute, checkout) }
            }
        case .charges:
            [item(payment.charge, payment.number, payment.createdAt) { charge(payment, checkout) }]
        case .intents:
            [item(payment.id, payment.number, payment.createdAt) { intent(payment, checkout) }]
        case .sessions, .events: []
        }
    }

    private func item(_ event: SandboxEvent) -> Item {
        Item(
            id: event.id,
            number: event.number,
            createdSeconds: event.createdAt.rawValue / 1000,
            fields: ["type": event.type]
        ) { json(of: event) }
    }
}

/// [Stripe: expanding responses](https://docs.stripe.com/api/expanding_objects)
extension StripeWire {
    private static let maxDepth = 4

    /// Replaces ids by their objects if `expand[]` asks for it.
    func expanded(_ json: SandboxJSON, _ fields: FormFields, _ state: SandboxState) throws(StripeFault) -> SandboxJSON {
        var json = json
        for (_, path) in fields.nested("expand") {
            let steps = path.split(separator: ".").map(String.init)
            guard steps.count <= StripeWire.maxDepth else {
                throw .invalid("You cannot expand more than 4 levels of a property.", param: "expand")
            }
            json = try expanded(json, steps[...], path, state)
        }
        return json
    }

    private func expanded(
        _ json: SandboxJSON,
        _ steps: ArraySlice<String>,
        _ path: String,
        _ state: SandboxState
    ) throws(StripeFault) -> SandboxJSON {
        guard let step = steps.first else { return json }
        if case .list(let items) = json {
            var all: [SandboxJSON] = []
            for item in items { all.append(try expanded(item, steps, path, state)) }
            return .list(all)
        }
        var json = json
        // Line items are left out unless they are requested.
        if step == "line_items", json["object"] == "checkout.session",
            let checkout = json["id"].string.flatMap({ state.checkouts[$0] })
        {
            json[step] = lineItems(of: checkout)
        }
        guard case .object(let members) = json, members.contains(where: { $0.name == step }) else {
            throw .invalid("This property cannot be expanded (\(path)).", param: "expand")
        }
        if let id = json[step].string {
            guard let object = object(id, state) else {
                throw .invalid("This property cannot be expanded (\(path)).", param: "expand")
            }
            json[step] = object
        }
        if json[step] != .null { json[step] = try expanded(json[step], steps.dropFirst(), path, state) }
        return json
    }

    private func object(_ id: String, _ state: SandboxState) -> SandboxJSON? {
        guard let checkout = state[id], let payment = checkout.payment else { return nil }
        if id == payment.id { return intent(payment, checkout) }
        if id == payment.charge { return charge(payment, checkout) }
        return nil
    }
}
