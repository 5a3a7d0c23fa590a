extension PolicyDecoder {
    func action(_ member: JSONMember) -> Policy.Action? {
        let keys = [
            "title", "was", "cost", "hold", "rules", "limits", "timeout", "overrun", "outage", "key", "mode",
        ]
        guard let object = ObjectReader(member.value, "an action", keys: keys, diagnostics) else { return nil }
        let price = object.required("cost", for: "\"cost\": 10")
        let cost = price.flatMap(pricing) ?? 0
        let ruleNodes = object["rules"].map { array($0.value, "\"rules\"") } ?? []
        let decodedRules = ruleNodes.compactMap { node in rule(node, of: cost).map { (node, $0) } }
        let rules = decodedRules.map(\.1)
        let units = KnownUnits(of: object, priceList)
        checkCount(of: units, at: object.place)
        let held = object["hold"].map { hold($0.value, among: units, for: [cost] + rules.map(\.pricing)) } ?? [:]
        let location = (price?.place ?? member.namePlace).location
        if let price { checkHold(held, for: cost, at: price.place) }
        for (node, rule) in decodedRules where node.member("factor") == nil {
            checkHold(held, for: rule.pricing, at: (node.member("cost")?.value ?? node).place)
        }
        var action = Policy.Action(
            name: member.name,
            was: actionNames.was(member.name),
            title: object["title"].flatMap { title($0.value, "a title") },
            cost: cost,
            rules: rules,
            hold: held,
            overrun: object["overrun"].flatMap { choice($0.value, "\"overrun\"") } ?? .cap,
            outage: object["outage"].flatMap { outage($0.value) } ?? .deny,
            key: object["key"].flatMap { choice($0.value, "\"key\"") } ?? .optional,
            mode: mode(object["mode"]?.value),
            timeoutMilliseconds: object["timeout"].flatMap {
                duration($0.value, "a timeout", in: 1...millisecondsPerDay)
            },
            location: location
        )
        if let node = object["limits"]?.value { action.limits = limits(node, counting: units, of: action) }
        return action
    }

    func mode(_ node: JSONNode?) -> Policy.Mode {
        node.flatMap { choice($0, "\"mode\"") } ?? .enforce
    }

    func title(_ node: JSONNode, _ what: String) -> String? {
        let expected = "1 to 200 characters on one line, in quotes"
        guard let title = string(node, what, expected: expected) else { return nil }
        let isOneLine = !title.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard isOneLine, (1...200).contains(title.unicodeScalars.count) else {
            diagnostics.error("\(what) can't be \(quoted(title))", at: node.place, expected: expected)
            return nil
        }
        return title
    }

    private func outage(_ node: JSONNode) -> Policy.Outage? {
        let expected = "\"deny\", or { \"allow\": 100 } to let through at most 100 calls that are charged later"
        switch node.value {
        case .string("deny"): return .deny
        case .string(let text):
            diagnostics.error(
                "\"outage\" can't be \(quoted(text))" + didYouMean(text, among: ["deny"]),
                at: node.place,
                expected: expected
            )
            return nil
        case .object:
            guard let object = ObjectReader(node, "\"outage\"", keys: ["allow"], diagnostics) else { return nil }
            return object.required("allow", for: "\"allow\": 100")
                .flatMap { whole($0, "\"allow\"", in: 1...Int64(Policy.Outage.maximum)) }
                .map { .allow(max: Int($0)) }
        default:
            diagnostics.wrongKind(node, "\"outage\"", expected: expected)
            return nil
        }
    }
}
