extension JSONNode {
    /// Returns this value changed by a JSON Merge Patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)): the
    /// members of an object are merged one by one, null removes a member, and any other value replaces the old one.
    func merged(with patch: JSONNode) -> JSONNode {
        guard case .object(let changes) = patch.value else { return patch }
        guard case .object(let object) = value else {
            let empty = JSONNode(value: .object(JSONObject()), place: patch.place)
            return empty.merged(with: patch)
        }
        var members = JSONObject.merge(object.members, with: changes.members)
        members.isDamaged = object.isDamaged || changes.isDamaged
        return JSONNode(value: .object(members), place: place)
    }
}

extension JSONObject {
    /// Members that stay keep their order; new ones follow.
    static func merge(_ members: [JSONMember], with changes: [JSONMember]) -> JSONObject {
        let changed = Dictionary(changes.map { ($0.name, $0) }) { first, _ in first }
        let kept = members.compactMap { member -> JSONMember? in
            guard let change = changed[member.name] else { return member }
            if case .null = change.value.value { return nil }
            let value = member.value.merged(with: change.value)
            return JSONMember(name: member.name, namePlace: member.namePlace, value: value)
        }
        let known = Set(members.map(\.name))
        let added = changes.compactMap { change -> JSONMember? in
            if known.contains(change.name) { return nil }
            if case .null = change.value.value { return nil }
            let nothing = JSONNode(value: .null, place: change.value.place)
            let value = nothing.merged(with: change.value)
            return JSONMember(name: change.name, namePlace: change.namePlace, value: value)
        }
        return JSONObject(kept + added)
    }
}
