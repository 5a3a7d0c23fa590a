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

    /// The actions that credits pay for, in alphabetical order; nil for all actions.
    func purpose(_ member: JSONMember?) -> [String]? {
        guard let member else { return nil }
        let names = actionList(member.value, "\"for\"", ifEmpty: "credits for no action can't be spent").sorted()
        if names.joined(separator: " ").utf8.count > Policy.maximumPurposeLength {
            diagnostics.error(
                "the names in \"for\" have more than \(Policy.maximumPurposeLength) characters together",
                at: member.value.place,
                expected: "fewer actions, or no \"for\", so that the credits pay for all actions"
            )
        }
        return names
    }
}

extension Policy {
    /// The bytes of the names that credits pay for, with blanks between them. A purchase's list is sent to the payment
    /// provider as one value of its metadata.
    static let maximumPurposeLength = 255
}
