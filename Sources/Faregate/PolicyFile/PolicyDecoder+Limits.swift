extension PolicyDecoder {
    /// What a limit counts. Calls only, in this version.
    private enum Counted: String, CaseIterable {
        case calls
    }

    func limits(_ node: JSONNode) -> [Limit] {
        var firstPlaces: [String: SourceLocation] = [:]
        return array(node, "\"limits\"").compactMap { node in
            guard let limit = limit(node) else { return nil }
            if let first = firstPlaces.updateValue(limit.location, forKey: limit.name) {
                diagnostics.error(
                    "this limit counts the same as the one on line \(first.line)",
                    at: node.place,
                    expected: "an \"id\" of its own in one of them, or only one limit"
                )
            }
            return limit
        }
    }

    /// Nil when its name can't be told.
    private func limit(_ node: JSONNode) -> Limit? {
        let keys = ["max", "per", "within", "by", "count", "id"]
        guard let object = ObjectReader(node, "a limit", keys: keys, diagnostics) else { return nil }
        let max = object.required("max", for: "\"max\": 100")
            .flatMap { whole($0, "\"max\"", in: 1...Credits.max.rawValue) }
        let scope: Limit.Scope? = object["by"].map { choice($0.value, "\"by\"") } ?? .account
        let _: Counted? = object["count"].flatMap { choice($0.value, "\"count\"") }
        let id = object["id"].flatMap { limitID($0.value) }
        guard let window = window(object), let scope else { return nil }
        return Limit(name: id, max: max ?? 1, window: window, scope: scope, location: node.place.location)
    }

    private func window(_ object: ObjectReader) -> Window? {
        let expected = "either \"per\": \"day\" (a calendar day) or \"within\": \"24h\" (the last 24 hours)"
        switch (object["per"], object["within"]) {
        case (let per?, nil):
            return choice(per.value, "\"per\"").map(Window.per)
        case (nil, let within?):
            return duration(within.value, "\"within\"", in: 1000...366 * millisecondsPerDay)
                .map(Window.within)
        case (_?, let within?):
            diagnostics.error(
                "a limit can't have both \"per\" and \"within\"",
                at: within.namePlace,
                expected: expected
            )
        case (nil, nil):
            if !object.isDamaged {
                diagnostics.error("a limit needs \"per\" or \"within\"", at: object.place, expected: expected)
            }
        }
        return nil
    }

    private func limitID(_ node: JSONNode) -> String? {
        guard let id = string(node, "an \"id\"", expected: "a name in quotes") else { return nil }
        checkName(id, at: node.place, "an \"id\"")
        return id
    }
}
