/// The names in a section of the files: current names and former ones.
///
/// Collected before any entry is decoded, since an entry may refer to another.
struct SectionNames {
    /// Every current name and its place, also of entries with mistakes.
    private(set) var places: [String: Place] = [:]
    /// For each former name, the entry that has it in `was`, and the place.
    private(set) var renamed: [String: (name: String, place: Place)] = [:]
    /// A few of the current names, for messages.
    let list: String
    private var oldNames: [String: [String]] = [:]
    /// The kind of entry: "plan".
    let word: String

    /// An upper bound on the former names of one entry.
    private static let limit = 32

    /// Reports mistakes in the former names.
    init(of section: String, in tree: PolicyTree, _ diagnostics: Diagnostics) {
        word = String(section.dropLast())
        let members = tree.entries[section, default: []]
        list = members.prefix(20).map(\.name).sorted().map(quoted).joined(separator: ", ")
        for member in members { places[member.name] = member.namePlace }
        for member in members {
            guard case .object(let entry) = member.value.value,
                let was = entry.members.first(where: { $0.name == "was" })
            else { continue }
            add(was.value, of: member.name, diagnostics)
        }
    }

    /// The former names of the entry, in the order of the file.
    func was(_ name: String) -> [String] { oldNames[name] ?? [] }

    private mutating func add(_ node: JSONNode, of name: String, _ diagnostics: Diagnostics) {
        let expected = "a list of old names: [\"old-name\"]"
        let nodes = diagnostics.array(node, "\"was\"", expected: expected)
        if nodes.count > SectionNames.limit {
            diagnostics.error(
                "\"was\" has at most \(SectionNames.limit) names; this one has \(nodes.count)",
                at: node.place
            )
        }
        for node in nodes {
            guard case .string(let old) = node.value else {
                diagnostics.wrongKind(node, "an old name", expected: expected)
                continue
            }
            if diagnostics.checkName(old, at: node.place, "an old name") {
                add(old, of: name, at: node.place, diagnostics)
            }
        }
    }

    private mutating func add(_ old: String, of name: String, at place: Place, _ diagnostics: Diagnostics) {
        if let used = places[old] {
            diagnostics.error(
                "the \(word) \(quoted(old)) is still in use at \(used.location)",
                at: place,
                expected: "a name that no \(word) has now"
            )
        } else if let first = renamed[old] {
            diagnostics.error(
                "\(quoted(old)) is already an old name of \(quoted(first.name)), at \(first.place.location)",
                at: place,
                expected: "each old name once"
            )
        } else {
            renamed[old] = (name, place)
            oldNames[name, default: []].append(old)
        }
    }
}
