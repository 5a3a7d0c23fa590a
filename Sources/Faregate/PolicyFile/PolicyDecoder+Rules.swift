extension PolicyDecoder {
    /// - Parameter own: the action's own cost, which a factor multiplies.
    func rule(_ node: JSONNode, of own: Policy.Pricing) -> Policy.PriceRule? {
        let keys = ["when", "cost", "factor", "mode"]
        guard let object = ObjectReader(node, "a rule", keys: keys, diagnostics) else { return nil }
        let price: Policy.Pricing? =
            if let factor = object["factor"] {
                self.price(own, times: factor, in: object)
            } else {
                object.required("cost", for: "\"cost\": 25, or \"factor\": \"1/2\" for half of the action's cost")
                    .flatMap(pricing)
            }
        let conditions = object.required("when", for: "\"when\": { \"size\": \"large\" }").map {
            self.conditions(
                $0, of: "rule",
                expected:
                    "for example { \"size\": \"large\" }; the price of all other calls is the action's own \"cost\""
            )
        }
        return Policy.PriceRule(
            conditions: conditions ?? [],
            cost: price ?? 0,
            mode: mode(object["mode"]?.value),
            location: node.place.location
        )
    }

    private func price(
        _ own: Policy.Pricing, times factor: JSONMember, in rule: ObjectReader
    ) -> Policy.Pricing? {
        if let cost = rule["cost"] {
            diagnostics.error(
                "a rule can't have both \"cost\" and \"factor\"", at: cost.namePlace,
                expected: "\"cost\" for a price of its own, or \"factor\" to multiply the action's cost"
            )
            return nil
        }
        guard let ratio = ratio(factor.value) else { return nil }
        guard ratio != .zero else {
            diagnostics.error("a factor can't be 0", at: factor.value.place, expected: "\"cost\": 0 for a free call")
            return nil
        }
        let scaled = reporting(at: factor.value.place) { () throws(InvalidInput) in try own.scaled(by: ratio) }
        if let cost = scaled?.modelCost, !canPrice(cost, at: factor.value.place) { return nil }
        return scaled
    }

    /// The `when` of a rule or a limit.
    func conditions(_ node: JSONNode, of owner: String, expected: String) -> [Policy.Condition] {
        guard let object = ObjectReader(node, "\"when\"", diagnostics) else { return [] }
        if object.members.isEmpty, !object.isDamaged {
            diagnostics.error(
                "this \(owner) has no condition, so it would always match", at: node.place, expected: expected)
        }
        return object.members.compactMap { member in
            if member.name == Attributes.plan { checkPlans(member.value) }
            return test(member.value).map { Policy.Condition(attribute: member.name, test: $0) }
        }
    }

    private func test(_ node: JSONNode) -> Policy.Condition.Test? {
        switch node.value {
        case .object: return between(node)
        case .array(let nodes):
            if nodes.isEmpty { diagnostics.error("an empty list matches nothing", at: node.place) }
            return .oneOf(nodes.compactMap(attributeValue))
        default: return attributeValue(node).map { .oneOf([$0]) }
        }
    }

    func attributeValue(_ node: JSONNode) -> AttributeValue? {
        switch node.value {
        case .string(let text): return .string(text)
        case .boolean(let value): return .boolean(value)
        case .number: return number(node).map(AttributeValue.number)
        default:
            let expected = "text, a number, true or false, a list of them, or { \"above\": 50 }"
            diagnostics.wrongKind(node, "a condition", expected: expected)
            return nil
        }
    }

    private func between(_ node: JSONNode) -> Policy.Condition.Test? {
        guard let object = ObjectReader(node, "a condition", keys: ["above", "below"], diagnostics) else { return nil }
        let above = object["above"].flatMap { number($0.value) }
        let below = object["below"].flatMap { number($0.value) }
        if object.members.isEmpty, !object.isDamaged {
            diagnostics.error("this condition is empty", at: node.place, expected: "\"above\", \"below\" or both")
        }
        if let above, let below, above >= below {
            diagnostics.error("no number lies between these bounds", at: node.place)
        }
        return .between(above: above, below: below)
    }

    private func number(_ node: JSONNode) -> Double? {
        guard case .number(let text) = node.value else {
            diagnostics.wrongKind(node, "a bound", expected: "a number")
            return nil
        }
        guard let number = Double(text), number.isFinite else {
            diagnostics.error("this number is too large", at: node.place)
            return nil
        }
        return number
    }

    /// A condition on a plan that doesn't exist would silently never hold.
    private func checkPlans(_ node: JSONNode) {
        switch node.value {
        case .string(let name): check(name, in: planNames, at: node.place)
        case .array(let nodes): nodes.forEach(checkPlans)
        default: diagnostics.wrongKind(node, "a plan", expected: "a plan's name, or a list of them")
        }
    }
}
