/// The section `prices`, and the costs that refer to it.
extension PolicyDecoder {
    /// Each of these costs is computed for each model when the files are read, so their number is bounded.
    private static let maximumCosts = 200

    func decodedPriceList() -> Policy.PriceList {
        let members = tree.entries["prices", default: []]
        guard members.count <= Policy.PriceList.maximumModels else {
            diagnostics.error(
                "a price list has at most \(Policy.PriceList.maximumModels) models; this one has \(members.count)",
                at: members[Policy.PriceList.maximumModels].namePlace
            )
            return Policy.PriceList()
        }
        guard members.isEmpty || hasFewModelCosts(members[0].namePlace) else { return Policy.PriceList() }
        var entries: [String: Policy.PriceList.Entry] = [:]
        for member in members {
            guard diagnostics.checkModel(member.name, at: member.namePlace) else { continue }
            entries[member.name] = entry(member)
        }
        return Policy.PriceList(entries)
    }

    private func entry(_ member: JSONMember) -> Policy.PriceList.Entry? {
        guard let object = ObjectReader(member.value, "a model's prices", diagnostics) else { return nil }
        let prices = object.members.filter { $0.name != "inside" }
        guard !prices.isEmpty || object.isDamaged else {
            diagnostics.error(
                "this model has no price", at: member.value.place, expected: "for example \"input_tokens\": \"3/1000\"")
            return nil
        }
        guard prices.count <= Units.limit else {
            diagnostics.error(
                "a model has prices for at most \(Units.limit) units; this one has \(prices.count)",
                at: member.value.place
            )
            return nil
        }
        let units = unitPrices(prices)
        let inside = object["inside"].map { containers($0.value) } ?? [:]
        // A unit whose price can't be read is not reported as one without a price.
        guard units.count == prices.count, !object.isDamaged else { return nil }
        let cost = reporting(at: (object["inside"]?.value ?? member.value).place) { () throws(InvalidInput) in
            try Policy.Cost(units: units, inside: inside)
        }
        return cost.map { Policy.PriceList.Entry(cost: $0, location: member.namePlace.location) }
    }

    /// `{ "cached_tokens": "input_tokens" }`
    private func containers(_ node: JSONNode) -> [String: String] {
        guard let object = ObjectReader(node, "\"inside\"", diagnostics) else { return [:] }
        let expected = "the unit that contains it: \"input_tokens\""
        return Dictionary(
            object.members.compactMap { member in
                string(member.value, "the containing unit", expected: expected).map { (member.name, $0) }
            }
        ) { first, _ in first }
    }

    /// A cost with `prices`: nil if it can't price every model, which is reported.
    func modelCost(_ object: ObjectReader, own: Policy.Cost) -> Policy.ModelCost? {
        let markup = object["markup"].map { self.markup($0.value) } ?? .one
        guard let node = object["prices"]?.value, let attribute = attribute(node), let markup else { return nil }
        let cost = Policy.ModelCost(attribute: attribute, markup: markup, own: own, list: priceList)
        return isListed(node) && canPrice(cost, at: node.place) ? cost : nil
    }

    private func attribute(_ node: JSONNode) -> String? {
        let expected = "the attribute that names a call's model: \"model\""
        guard let name = string(node, "\"prices\"", expected: expected) else { return nil }
        guard name != Attributes.plan, (try? checked(name, is: "an attribute's name")) != nil else {
            diagnostics.error("\"prices\" can't be \(quoted(name))", at: node.place, expected: expected)
            return nil
        }
        return name
    }

    private func markup(_ node: JSONNode) -> Ratio? {
        guard let ratio = ratio(node) else { return nil }
        guard ratio != .zero else {
            diagnostics.error("a markup can't be 0", at: node.place, expected: "\"13/10\" for 30% more, or no markup")
            return nil
        }
        return ratio
    }

    /// No error if the list may be in an unreadable file, or if its entries have mistakes, which were reported.
    private func isListed(_ node: JSONNode) -> Bool {
        guard priceList.isEmpty else { return true }
        if tree.entries["prices", default: []].isEmpty, !diagnostics.isIncomplete {
            diagnostics.error(
                "this policy has no price list", at: node.place,
                expected: "a section \"prices\": { \"large-2\": { \"input_tokens\": \"3/1000\" } }, here or in a file "
                    + "beside it"
            )
        }
        return false
    }

    /// Computes the cost of each model, so that none fails when a call comes. Reports the first that fails.
    func canPrice(_ cost: Policy.ModelCost, at place: Place) -> Bool {
        // Too many units are reported for the whole action.
        guard priceList.unitNames.union(cost.own.units.keys).count <= Units.limit else { return false }
        for model in priceList.names {
            do throws(InvalidInput) {
                _ = try cost.cost(of: model)
            } catch {
                diagnostics.error("the model \(quoted(model)) can't be priced here: \(error)", at: place)
                return false
            }
        }
        return true
    }

    private func hasFewModelCosts(_ place: Place) -> Bool {
        let count = tree.entries["actions", default: []].reduce(into: 0) { $0 += $1.value.countOfModelCosts }
        guard count > PolicyDecoder.maximumCosts else { return true }
        diagnostics.error(
            "at most \(PolicyDecoder.maximumCosts) costs and factors of a policy can refer to its price list; here "
                + "\(count) do",
            at: place
        )
        return false
    }
}

extension JSONNode {
    /// The costs of an action that refer to the price list, also by a factor.
    fileprivate var countOfModelCosts: Int {
        let own = member("cost")?.value.member("prices") == nil ? 0 : 1
        guard case .array(let rules) = member("rules")?.value.value else { return own }
        return rules.reduce(into: own) { count, rule in
            if rule.member("cost")?.value.member("prices") != nil { count += 1 }
            if rule.member("factor") != nil { count += own }
        }
    }
}

extension Diagnostics {
    /// Names of models contain more kinds of characters than other names: `@cf/meta/llama-3`, `claude-3-v1:0`. Returns
    /// false for a name that isn't allowed, and reports it.
    fileprivate func checkModel(_ name: String, at place: Place) -> Bool {
        if Policy.PriceList.isModelName(name) { return true }
        error(
            "a model's name can't be \(quoted(name))", at: place,
            expected: "1 to 128 letters from A to Z, digits, and \(Policy.PriceList.signs)"
        )
        return false
    }
}

extension Policy.PriceList {
    fileprivate static let signs = ". _ - / : @ +"

    /// Whether a model can have this name.
    package static func isModelName(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                Ascii.isLetterOrUnderscore($0) || Ascii.isDigit($0) || "._-/:@+".utf8.contains($0)
            }
    }
}
