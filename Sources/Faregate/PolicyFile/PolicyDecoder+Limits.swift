extension PolicyDecoder {
    func limits(_ node: JSONNode, counting units: KnownUnits) -> [Limit] {
        var firstPlaces: [String: SourceLocation] = [:]
        let nodes = array(node, "\"limits\"")
        if nodes.count > PolicyDecoder.maximumLimits {
            diagnostics.error(
                "an action has at most \(PolicyDecoder.maximumLimits) limits; this one has \(nodes.count)",
                at: node.place
            )
        }
        return nodes.compactMap { node in
            guard let limit = limit(node, counting: units) else { return nil }
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

    /// Every one of them is checked with each call.
    private static let maximumLimits = 14

    /// Nil when its name can't be told.
    private func limit(_ node: JSONNode, counting units: KnownUnits) -> Limit? {
        let keys = ["max", "per", "within", "by", "count", "mode", "givesBack", "id"]
        guard let object = ObjectReader(node, "a limit", keys: keys, diagnostics) else { return nil }
        let max = object.required("max", for: "\"max\": 100")
            .flatMap { whole($0, "\"max\"", in: 1...Credits.max.rawValue) }
        let scope: Limit.Scope? = object["by"].map { choice($0.value, "\"by\"") } ?? .account
        let count = object["count"].map { counted($0.value, among: units) } ?? .calls
        let mode = self.mode(object["mode"]?.value)
        let givesBack = object["givesBack"].flatMap { boolean($0.value, "\"givesBack\"") }
        let id = object["id"].flatMap { limitID($0.value) }
        guard let window = window(object), let scope, let count else { return nil }
        return Limit(
            name: id,
            count: count,
            max: max ?? 1,
            window: window,
            scope: scope,
            mode: mode,
            givesBack: givesBack,
            location: node.place.location
        )
    }

    private func counted(_ node: JSONNode, among units: KnownUnits) -> Limit.Count? {
        let choices = Cost.reservedNames + units.names.sorted()
        let expected = "one of \(choices.prefix(20).map(quoted).joined(separator: ", "))"
        guard let text = string(node, "\"count\"", expected: expected) else { return nil }
        switch text {
        case "calls": return .calls
        case "credits": return .credits
        case _ where units.mayContain(text): return .unit(text)
        default:
            diagnostics.error(
                "\"count\" can't be \(quoted(text))" + didYouMean(text, among: choices),
                at: node.place,
                expected: expected
            )
            return nil
        }
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
        diagnostics.checkName(id, at: node.place, "an \"id\"")
        return id
    }
}
