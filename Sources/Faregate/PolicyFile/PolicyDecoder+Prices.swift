extension PolicyDecoder {
    /// A number of credits; or a base, prices per unit and the prices of the call's model.
    func pricing(_ node: JSONNode) -> Policy.Pricing? {
        if case .string(let text) = node.value, Int64(text) == nil {
            diagnostics.error(
                "a cost can't be \(quoted(text))", at: node.place,
                expected: "a number of credits, such as 10; an amount of money is the price of a pack"
            )
            return nil
        }
        guard case .object = node.value else {
            return credits(node, "a cost", from: 0).map { .same(Policy.Cost(fixed: $0)) }
        }
        let keys = ["base", "units", "minimum", "prices", "markup"]
        guard let object = ObjectReader(node, "a cost", keys: keys, diagnostics) else { return nil }
        checkKeys(of: object)
        guard let cost = cost(object) else { return nil }
        return object["prices"] == nil ? .same(cost) : modelCost(object, own: cost).map { .byModel($0) }
    }

    private func checkKeys(of cost: ObjectReader) {
        guard !cost.isDamaged else { return }
        if cost.members.allSatisfy({ $0.name == "minimum" }) {
            diagnostics.error("this cost is empty", at: cost.place, expected: "\"base\", \"units\" or both")
        }
        let isFixed = cost["units"] == nil && cost["prices"] == nil
        if let minimum = cost["minimum"], cost["base"] != nil, isFixed {
            diagnostics.error(
                "this cost is the same for every call, so it needs no \"minimum\"", at: minimum.namePlace,
                expected: "\"units\" beside it, or only \"base\""
            )
        }
        if let markup = cost["markup"], cost["prices"] == nil {
            diagnostics.error(
                "\"markup\" multiplies the prices of a model, and this cost has none", at: markup.namePlace,
                expected: "\"prices\" beside it: the attribute that names the model"
            )
        }
    }

    /// What is the same for every model.
    private func cost(_ object: ObjectReader) -> Policy.Cost? {
        let base = object["base"].flatMap { credits($0.value, "\"base\"", from: 0) } ?? 0
        let minimum = object["minimum"].flatMap { credits($0.value, "\"minimum\"", from: 0) } ?? 0
        let units = object["units"].map { unitPrices($0.value) } ?? [:]
        // Too many units for one cost are too many for the action, which reports them.
        guard units.count <= Units.limit else { return nil }
        return reporting(at: object["units"]?.value.place ?? object.place) { () throws(InvalidInput) in
            try Policy.Cost(base: base, units: units, minimum: minimum)
        }
    }

    private func unitPrices(_ node: JSONNode) -> [String: Ratio] {
        guard let object = ObjectReader(node, "\"units\"", diagnostics) else { return [:] }
        return unitPrices(object.members)
    }

    func unitPrices(_ members: [JSONMember]) -> [String: Ratio] {
        var prices: [String: Ratio] = [:]
        for member in members {
            let price = ratio(member.value)
            guard isUnitName(member) else { continue }
            prices[member.name] = price
        }
        return prices
    }

    private func isUnitName(_ member: JSONMember) -> Bool {
        guard Policy.Cost.reservedNames.contains(member.name) else {
            return diagnostics.checkName(member.name, at: member.namePlace, "a unit's name")
        }
        let reserved = Policy.Cost.reservedNames.map(quoted).joined(separator: " and ")
        diagnostics.error(
            "a unit can't be called \(quoted(member.name))",
            at: member.namePlace,
            expected: "another name: in a limit's \"count\", \(reserved) have a meaning of their own"
        )
        return false
    }

    func ratio(_ node: JSONNode) -> Ratio? {
        switch node.value {
        case .string(let text), .number(let text):
            return reporting(at: node.place) { () throws(InvalidInput) in try Ratio(parsing: text) }
        default:
            diagnostics.wrongKind(node, "a price per unit", expected: "\"4/1000\", 3 or 0.25")
            return nil
        }
    }

    func reporting<Value>(at place: Place, _ body: () throws(InvalidInput) -> Value) -> Value? {
        do throws(InvalidInput) {
            return try body()
        } catch {
            diagnostics.error(error.description, at: place)
            return nil
        }
    }
}

extension JSONNode {
    func member(_ name: String) -> JSONMember? {
        guard case .object(let object) = value else { return nil }
        return object.members.first { $0.name == name }
    }
}
