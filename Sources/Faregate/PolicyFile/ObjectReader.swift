/// Reads an object of a policy file, and reports its unknown keys.
struct ObjectReader {
    let place: Place
    let members: [JSONMember]
    let isDamaged: Bool
    private let what: String
    private let keys: [String]
    private let unknown: [JSONMember]
    private let diagnostics: Diagnostics

    /// - Parameters:
    ///   - what: the object's name in messages: "an action".
    ///   - keys: the allowed keys; nil where people choose the names themselves.
    ///   - ignored: one more key that is allowed and not read.
    /// - Returns: nil when the value is not an object, which is reported.
    init?(
        _ node: JSONNode,
        _ what: String,
        keys: [String]? = nil,
        ignoring ignored: String? = nil,
        _ diagnostics: Diagnostics
    ) {
        guard case .object(let object) = node.value else {
            diagnostics.wrongKind(node, what, expected: "an object {...}")
            return nil
        }
        place = node.place
        members = object.members
        isDamaged = object.isDamaged
        self.what = what
        self.keys = keys ?? []
        self.diagnostics = diagnostics
        unknown = object.members.filter { $0.name != ignored && keys?.contains($0.name) == false }
        unknown.forEach(reportUnknown)
    }

    subscript(key: String) -> JSONMember? { members.first { $0.name == key } }

    /// The value of a required key; nil when the key is missing, which is reported.
    func required(_ key: String, for example: String) -> JSONNode? {
        if let member = self[key] { return member.value }
        if !isDamaged, !mayBeMisspelled(key) {
            diagnostics.error("\(what) needs \"\(key)\"", at: place, expected: "for example \(example)")
        }
        return nil
    }

    private func mayBeMisspelled(_ key: String) -> Bool {
        // The search for a similar name is skipped for diagnostics that won't be shown.
        if diagnostics.isFull { return !unknown.isEmpty }
        return unknown.prefix(100).contains { nearestName(to: $0.name, among: keys) == key }
    }

    private func reportUnknown(_ member: JSONMember) {
        diagnostics.error(
            "unknown key \(quoted(member.name))" + didYouMean(member.name, among: keys),
            at: member.namePlace,
            expected: "one of \(keys.sorted().map { "\"\($0)\"" }.joined(separator: ", "))"
        )
    }
}

extension Diagnostics {
    func wrongKind(_ node: JSONNode, _ what: String, expected: @autoclosure () -> String) {
        // The scanner reported what it couldn't read.
        if case .broken = node.value { return }
        error("\(what) can't be \(node.value.kind)", at: node.place, expected: expected())
    }
}

/// `; did you mean "cost"?`, or nothing when no name is near.
func didYouMean(_ name: String, among names: some Collection<String>) -> String {
    guard let nearest = nearestName(to: name, among: names) else { return "" }
    return "; did you mean \(quoted(nearest))?"
}
