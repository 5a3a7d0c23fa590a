extension PolicyDecoder {
    /// The actions of a list, without those that don't exist.
    ///
    /// - Parameters:
    ///   - key: the list's key, in quotes.
    ///   - problem: what is wrong with an empty list.
    func actionList(_ node: JSONNode, _ key: String, ifEmpty problem: String) -> [String] {
        let expected = "a list of actions: [\"chat\", \"generate\"]"
        let nodes = diagnostics.array(node, key, expected: expected)
        if case .array(let nodes) = node.value, nodes.isEmpty {
            diagnostics.error(problem, at: node.place, expected: expected)
        }
        var seen: Set<String> = []
        return nodes.compactMap { node in
            guard let name = string(node, "an action's name", expected: expected) else { return nil }
            check(name, in: actionNames, at: node.place)
            guard seen.insert(name).inserted else {
                diagnostics.error("\(quoted(name)) is in this list twice", at: node.place)
                return nil
            }
            return actionNames.places[name] == nil ? nil : name
        }
    }

    /// The actions that credits pay for, each by its oldest name, so that a rename doesn't change what they pay for. Nil
    /// for all actions.
    func purpose(_ member: JSONMember?) -> [String]? {
        guard let member else { return nil }
        let names = actionList(member.value, "\"for\"", ifEmpty: "credits for no action can't be spent")
        let oldest = names.map { actionNames.was($0).first ?? $0 }.sorted()
        if oldest.joined(separator: " ").utf8.count > PolicyDecoder.maximumPurpose {
            diagnostics.error(
                "the names in \"for\" have more than \(PolicyDecoder.maximumPurpose) characters together",
                at: member.value.place,
                expected: "fewer actions, or no \"for\", so that the credits pay for all actions"
            )
        }
        return oldest
    }

    /// A purchase's list is sent to the payment provider as one value of its metadata.
    private static let maximumPurpose = 255
}
