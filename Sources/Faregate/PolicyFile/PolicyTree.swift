/// The merged files of one policy.
struct PolicyTree {
    /// The sections whose entries may be split over several files.
    static let sections = ["actions", "limits", "plans", "packs", "prices"]
    static let settings = ["timezone", "defaultPlan", "lowBalance", "refundGrace", "debtLimit", "mode"]
    /// The lists: all entries of all files, in the order of the files.
    static let lists = ["changes", "tests"]
    /// For editors only.
    static let schemaKey = "$schema"

    private(set) var entries: [String: [JSONMember]] = [:]
    private(set) var single: [String: JSONNode] = [:]
    private(set) var lists: [String: [JSONNode]] = [:]
    private var firstPlaces: [String: Place] = [:]

    init(_ files: [SourceText], diagnostics: Diagnostics) {
        for file in files {
            var scanner = JSONScanner(file, diagnostics: diagnostics)
            guard let root = scanner.document() else { continue }
            add(root, diagnostics)
        }
    }

    private mutating func add(_ root: JSONNode, _ diagnostics: Diagnostics) {
        let keys = PolicyTree.settings + PolicyTree.sections + PolicyTree.lists
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
        for list in PolicyTree.lists {
            if let member = object[list] { lists[list, default: []] += diagnostics.array(member.value, quoted(list)) }
        }
    }

    /// The names of the sections, settings and lists that the files have.
    var names: Set<String> { Set(entries.keys).union(single.keys).union(lists.keys) }

    /// Returns the tree changed by a patch of its settings and sections.
    func applying(_ patch: [JSONMember]) -> PolicyTree {
        var changed = self
        for member in patch {
            if PolicyTree.sections.contains(member.name) {
                changed.entries[member.name] = entries(of: member.name, patchedBy: member.value)
            } else if case .null = member.value.value {
                changed.single[member.name] = nil
            } else {
                changed.single[member.name] = member.value
            }
        }
        return changed
    }

    private func entries(of section: String, patchedBy patch: JSONNode) -> [JSONMember] {
        guard case .object(let changes) = patch.value else { return [] }
        return JSONObject.merge(entries[section, default: []], with: changes.members).members
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
