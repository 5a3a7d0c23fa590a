/// The files of one policy, merged: who reads it doesn't see how it is split.
struct PolicyTree {
    /// The sections whose entries may stand in several files, each entry in one of them.
    static let sections = ["actions", "plans", "packs"]
    static let settings = ["timezone", "defaultPlan", "lowBalance", "refundGrace"]
    /// For editors only.
    static let schemaKey = "$schema"

    private(set) var entries: [String: [JSONMember]] = [:]
    private(set) var single: [String: JSONNode] = [:]
    private var firstPlaces: [String: Place] = [:]

    init(_ files: [SourceText], diagnostics: Diagnostics) {
        for file in files {
            var scanner = JSONScanner(file, diagnostics: diagnostics)
            guard let root = scanner.document() else { continue }
            add(root, diagnostics)
        }
    }

    private mutating func add(_ root: JSONNode, _ diagnostics: Diagnostics) {
        let keys = PolicyTree.settings + PolicyTree.sections
        guard let object = ObjectReader(root, "a policy file", keys: keys, ignoring: PolicyTree.schemaKey, diagnostics)
        else {
            diagnostics.isIncomplete = true
            return
        }
        if object.isDamaged { diagnostics.isIncomplete = true }
        for key in PolicyTree.settings {
            guard let member = object[key], isFirst(key, called: quoted(key), at: member.namePlace, diagnostics)
            else { continue }
            single[key] = member.value
        }
        for section in PolicyTree.sections {
            guard let member = object[section] else { continue }
            add(member.value, to: section, diagnostics)
        }
    }

    private mutating func add(_ node: JSONNode, to section: String, _ diagnostics: Diagnostics) {
        let word = String(section.dropLast())
        guard let object = ObjectReader(node, "\"\(section)\"", diagnostics) else {
            diagnostics.isIncomplete = true
            return
        }
        if object.isDamaged { diagnostics.isIncomplete = true }
        for member in object.members {
            let key = "\(section)/\(member.name)"
            let name = "the \(word) \(quoted(member.name))"
            guard isFirst(key, called: name, at: member.namePlace, diagnostics) else { continue }
            entries[section, default: []].append(member)
        }
    }

    private mutating func isFirst(
        _ key: String,
        called name: @autoclosure () -> String,
        at place: Place,
        _ diagnostics: Diagnostics
    ) -> Bool {
        guard let first = firstPlaces[key] else {
            firstPlaces[key] = place
            return true
        }
        diagnostics.error("\(name()) is defined twice; the other one is at \(first.location)", at: place)
        return false
    }
}

extension PolicyTree {
    /// A short hash of what the files mean: the first 12 digits of SHA-256 over the tree in a canonical spelling, keys
    /// in order of their bytes. An empty section is none, and `${NAME}` counts as it is written.
    var version: String {
        let sections = entries.map { section, members in
            JSONMember.canonical(section, "{" + PolicyTree.canonical(members) + "}")
        }
        let settings = single.map { key, node in JSONMember.canonical(key, node.value.canonical) }
        let text = PolicyTree.joined(sections + settings)
        return String(hexadecimal(SHA256Digest.hash(text.utf8)).prefix(12))
    }

    fileprivate static func canonical(_ members: [JSONMember]) -> String {
        joined(members.map { JSONMember.canonical($0.name, $0.value.value.canonical) })
    }

    /// Each begins with its quoted key, so this is the order of the keys; bytes are compared because the order of
    /// strings belongs to a version of Unicode.
    private static func joined(_ members: [String]) -> String {
        members.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: ",")
    }
}

extension JSONMember {
    fileprivate static func canonical(_ name: String, _ value: String) -> String {
        JSONNode.Value.canonical(name) + ":" + value
    }
}

extension JSONNode.Value {
    fileprivate var canonical: String {
        switch self {
        case .null, .broken: "null"
        case .boolean(let value): "\(value)"
        case .number(let text): JSONNode.Value.canonicalNumber(text)
        case .string(let text): JSONNode.Value.canonical(text)
        case .array(let nodes): "[" + nodes.map(\.value.canonical).joined(separator: ",") + "]"
        case .object(let object): "{" + PolicyTree.canonical(object.members) + "}"
        }
    }

    /// 50, 50.0 and 5e1 mean the same where a decimal number may stand.
    private static func canonicalNumber(_ text: String) -> String {
        guard Int64(text) == nil, let number = Double(text) else { return text == "-0" ? "0" : text }
        return Int64(exactly: number).map(String.init) ?? "\(number)"
    }

    fileprivate static func canonical(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
