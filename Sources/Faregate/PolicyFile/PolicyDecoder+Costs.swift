extension PolicyDecoder {
    /// `10`, or `{ "base": 1, "units": { "output_tokens": "4/1000" } }`.
    func cost(_ node: JSONNode) -> Cost? {
        guard case .object = node.value else {
            if case .number = node.value { return credits(node, "a cost", from: 0).map { Cost(base: $0) } }
            if case .string = node.value { return credits(node, "a cost", from: 0).map { Cost(base: $0) } }
            diagnostics.wrongKind(
                node,
                "a cost",
                expected: "a whole number, or { \"base\": 1, \"units\": { \"output_tokens\": \"4/1000\" } }"
            )
            return nil
        }
        guard let object = ObjectReader(node, "a cost", keys: ["base", "units"], diagnostics) else { return nil }
        let base = object["base"].map { credits($0.value, "\"base\"", from: 0) } ?? 0
        let units = object.required("units", for: "\"units\": { \"output_tokens\": \"4/1000\" }").map(unitPrices)
        guard let base, let units else { return nil }
        return Cost(base: base, units: units)
    }

    private func unitPrices(_ node: JSONNode) -> [String: Ratio] {
        guard let object = ObjectReader(node, "\"units\"", diagnostics) else { return [:] }
        if object.members.count > PolicyDecoder.maximumUnits {
            diagnostics.error("a cost has at most \(PolicyDecoder.maximumUnits) units", at: node.place)
        }
        if object.members.isEmpty, !object.isDamaged {
            diagnostics.error(
                "this cost has no units",
                at: node.place,
                expected: "a name and a price, such as \"output_tokens\": \"4/1000\"; or just the base: \"cost\": 10"
            )
        }
        var prices: [String: Ratio] = [:]
        for member in object.members {
            checkName(member.name, at: member.namePlace, "a unit")
            if ["calls", "credits"].contains(member.name) {
                diagnostics.error("a unit can't be called \"\(member.name)\": limits count those", at: member.namePlace)
            }
            prices[member.name] = ratio(member.value)
        }
        return prices
    }

    private static let maximumUnits = 32

    private func ratio(_ node: JSONNode) -> Ratio? {
        switch node.value {
        case .string(let text), .number(let text):
            do throws(InvalidInput) {
                return try Ratio(parsing: text)
            } catch {
                diagnostics.error(
                    "a price per unit can't be \(quoted(text))",
                    at: node.place,
                    expected: "\"4/1000\", \"0.004\" or a whole number, none of them below zero"
                )
            }
        default:
            diagnostics.wrongKind(node, "a price per unit", expected: "\"4/1000\", \"0.004\" or a whole number")
        }
        return nil
    }

    /// - Parameters:
    ///   - node: what a call is taken to use.
    ///   - known: the units that the action's prices know; nil where a price couldn't be read.
    func hold(_ node: JSONNode, _ known: Set<String>?) -> Units {
        guard let object = ObjectReader(node, "\"hold\"", diagnostics) else { return [:] }
        var units: Units = [:]
        for member in object.members {
            if let known, !known.contains(member.name) {
                let list = known.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
                diagnostics.error(
                    "no price of this action knows the unit \(quoted(member.name))"
                        + didYouMean(member.name, among: known),
                    at: member.namePlace,
                    expected: known.isEmpty ? "a cost with \"units\", or no \"hold\"" : "one of \(list)"
                )
            }
            units[member.name] = whole(member.value, "an amount", in: 0...Credits.max.rawValue)
        }
        return units
    }

    /// `"deny"`, or `{ "allow": 100 }`.
    func outage(_ node: JSONNode) -> Outage? {
        if case .string("deny") = node.value { return .deny }
        let expected = "\"deny\", or { \"allow\": 100 }: so many calls of a process are let through"
        guard case .object = node.value else {
            if case .string(let text) = node.value {
                diagnostics.error("\"outage\" can't be \(quoted(text))", at: node.place, expected: expected)
            } else {
                diagnostics.wrongKind(node, "\"outage\"", expected: expected)
            }
            return nil
        }
        guard let object = ObjectReader(node, "\"outage\"", keys: ["allow"], diagnostics) else { return nil }
        return object.required("allow", for: "\"allow\": 100")
            .flatMap { whole($0, "\"allow\"", in: 1...100_000) }
            .map { .allow(Int($0)) }
    }
}
