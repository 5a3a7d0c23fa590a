extension PolicyDecoder {
    /// Adds the limits of the section `limits` to the actions that they name.
    func addSharedLimits(to actions: inout [String: Policy.Action]) {
        guard let members = tree.entries["limits"] else { return }
        var nodes: [String: JSONNode] = [:]
        for action in tree.entries["actions", default: []] { nodes[action.name] = action.value }
        // Sorted, because the order of keys has no meaning.
        for member in members.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            diagnostics.checkName(member.name, at: member.namePlace, "a name in \"limits\"", allowing: true)
            guard let limit = sharedLimit(member, of: nodes) else { continue }
            for name in limit.actions { add(limit, to: &actions[name], at: member.namePlace) }
        }
    }

    private func sharedLimit(_ member: JSONMember, of nodes: [String: JSONNode]) -> Policy.Limit? {
        let keys = ["actions"] + PolicyDecoder.limitKeys
        guard let object = ObjectReader(member.value, "a limit", keys: keys, diagnostics) else { return nil }
        let list = object.required("actions", for: "\"actions\": [\"chat\", \"generate\"]")
        let names = list.map { actionList($0, "\"actions\"", ifEmpty: "an empty list limits nothing") } ?? []
        let count = object["count"].map { counted($0.value, by: names, of: nodes) } ?? .calls
        return limit(object, id: member.name, actions: names, count: count)
    }

    /// A unit counts only if every action has it: calls of the others would not be limited.
    private func counted(
        _ node: JSONNode, by names: [String], of nodes: [String: JSONNode]
    ) -> Policy.Limit.Count? {
        let expected = "\"calls\", \"credits\", or a unit that the prices of all these actions have"
        guard let text = string(node, "\"count\"", expected: expected) else { return nil }
        switch text {
        case "calls": return .calls
        case "credits": return .credits
        default:
            let missing = names.first { name in
                guard let action = nodes[name], case .object = action.value,
                    let object = ObjectReader(action, "an action", diagnostics)
                else { return false }
                return !KnownUnits(of: object, priceList).mayContain(text)
            }
            guard let missing else { return .unit(text) }
            diagnostics.error(
                "\"count\" can't be \(quoted(text)): no price of \(quoted(missing)) has this unit",
                at: node.place,
                expected: expected
            )
            return nil
        }
    }

    private func add(_ limit: Policy.Limit, to action: inout Policy.Action?, at place: Place) {
        // The mistakes of an action that can't be read were reported.
        guard let known = action else { return }
        if let same = known.limits.first(where: { $0.name == limit.name }) {
            diagnostics.error(
                "a limit of the action \(quoted(known.name)) is also called \(quoted(limit.name)), at \(same.location)",
                at: place,
                expected: "another name"
            )
        } else if known.limits.count >= PolicyDecoder.maximumLimits {
            diagnostics.error(
                "an action has at most \(PolicyDecoder.maximumLimits) limits; with this one \(quoted(known.name)) has "
                    + "\(known.limits.count + 1)",
                at: place
            )
        } else {
            action?.limits.append(limit)
            warn(about: limit, tooSmallFor: MostExpensiveCall(of: known), at: place)
        }
    }
}
