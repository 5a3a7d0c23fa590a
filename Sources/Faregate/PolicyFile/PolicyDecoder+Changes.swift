/// Announced changes: merge patches of the policy, each with the moment from which it counts.
extension PolicyDecoder {
    /// Each change makes the whole policy once more, so their number is bounded.
    private static let maximumChanges = 32

    private struct DatedPatch {
        let from: Timestamp
        /// As written in the file.
        let date: String
        let place: Place
        let members: [JSONMember]
    }

    /// Decodes the policy after each change, so that every mistake is found now and not on the day.
    ///
    /// - Parameter calendar: the time zone in which days begin.
    /// - Returns: the moments and the policies, earliest first. Changes from the same moment are merged in the order of
    ///   the files.
    func changes(in calendar: WindowCalendar) -> [(from: Timestamp, policy: Policy)] {
        let nodes = tree.lists["changes", default: []]
        guard nodes.count <= PolicyDecoder.maximumChanges else {
            diagnostics.error(
                "a policy has at most \(PolicyDecoder.maximumChanges) \"changes\"; this one has \(nodes.count)",
                at: nodes[PolicyDecoder.maximumChanges].place,
                expected: "only changes to come: merge those of the past into the policy, and delete them here"
            )
            return []
        }
        // Sorting is stable.
        let patches = nodes.compactMap { patch($0, calendar) }.sorted { $0.from < $1.from }
        var changed = tree
        var version = changed.version
        var known = Set(diagnostics.sorted)
        var missing = diagnostics.missingVariables
        return patches.map { patch in
            warnOfUnknownNames(in: patch.members, of: changed)
            changed = changed.applying(patch.members)
            let found = Diagnostics()
            found.isIncomplete = diagnostics.isIncomplete
            found.missingVariables = MissingVariables(besides: missing)
            let before = version
            version = changed.version
            if version == before { diagnostics.warning("this change changes nothing", at: patch.place) }
            let policy = decoder(for: changed, found).decode()
            diagnostics.add(found.sorted, except: known, after: "from \(patch.date) on")
            known.formUnion(found.sorted)
            missing = found.missingVariables
            return (patch.from, policy)
        }
    }

    private func patch(_ node: JSONNode, _ calendar: WindowCalendar) -> DatedPatch? {
        guard let object = ObjectReader(node, "a change", keys: ["from", "patch"], diagnostics) else { return nil }
        let date = object.required("from", for: "\"from\": \"2027-01-01\"")
        let patch = object.required("patch", for: "\"patch\": { \"actions\": { \"generate\": { \"cost\": 12 } } }")
        let from = date.flatMap { moment($0, "\"from\"", calendar) }
        guard case .string(let text) = date?.value, let from,
            let members = patch.flatMap({ self.members(of: $0) })
        else { return nil }
        return DatedPatch(from: from, date: text, place: node.place, members: members)
    }

    /// The members of a patch; nil if one of them is a mistake.
    private func members(of patch: JSONNode) -> [JSONMember]? {
        let keys = PolicyTree.settings + PolicyTree.sections
        let before = diagnostics.errorCount
        guard let object = ObjectReader(patch, "a patch", keys: keys, diagnostics) else { return nil }
        for member in object.members where PolicyTree.sections.contains(member.name) {
            switch member.value.value {
            case .null: break
            default: _ = ObjectReader(member.value, quoted(member.name), diagnostics)
            }
        }
        return diagnostics.errorCount == before ? object.members : nil
    }

    /// A name with a typing error would add an entry, or remove nothing.
    private func warnOfUnknownNames(in patch: [JSONMember], of tree: PolicyTree) {
        for section in patch where PolicyTree.sections.contains(section.name) {
            guard case .object(let object) = section.value.value else { continue }
            let names = Set(tree.entries[section.name, default: []].map(\.name))
            let word = section.name.dropLast()
            for member in object.members where !names.contains(member.name) {
                if case .null = member.value.value {
                    diagnostics.warning(
                        "there is no \(word) \(quoted(member.name)) to remove" + didYouMean(member.name, among: names),
                        at: member.namePlace
                    )
                } else if let nearest = nearestName(to: member.name, among: names) {
                    diagnostics.warning(
                        "this change adds a new \(word) \(quoted(member.name)); did you mean \(quoted(nearest))?",
                        at: member.namePlace
                    )
                }
            }
        }
    }

    /// A day, which means its beginning in the policy's time zone, or a date and time.
    func moment(_ node: JSONNode, _ what: String, _ calendar: WindowCalendar) -> Timestamp? {
        let expected = "a day, such as \"2027-01-01\", or a date and time, such as \"2027-01-01T09:00:00+01:00\""
        guard let text = string(node, what, expected: expected) else { return nil }
        if let moment = Timestamp(text) ?? calendar.firstMoment(ofDay: text) { return moment }
        diagnostics.error("\(what) can't be \(quoted(text))", at: node.place, expected: expected)
        return nil
    }
}
