extension PolicyDecoder {
    func limits(_ node: JSONNode, counting units: KnownUnits, of action: Policy.Action) -> [Policy.Limit] {
        let call = MostExpensiveCall(of: action)
        let nodes = array(node, "\"limits\"")
        if nodes.count > PolicyDecoder.maximumLimits {
            diagnostics.error(
                "an action has at most \(PolicyDecoder.maximumLimits) limits; this one has \(nodes.count)",
                at: node.place
            )
        }
        var limits: [Policy.Limit] = []
        for node in nodes.prefix(PolicyDecoder.maximumLimits) {
            guard let limit = limit(node, counting: units) else { continue }
            checkName(of: limit, among: limits, at: node.place)
            warn(about: limit, tooSmallFor: call, at: node.place)
            limits.append(limit)
        }
        return limits.map { limit in
            let isTwin = limits.contains { $0.name == limit.name && $0.mode > limit.mode }
            return isTwin ? limit.asTwin : limit
        }
    }

    /// Limits that count the same are allowed if each has another mode: a stricter limit can be tried in shadow mode
    /// beside the one that is enforced.
    private func checkName(of limit: Policy.Limit, among earlier: [Policy.Limit], at place: Place) {
        let same = earlier.first {
            $0.name == limit.name && ($0.mode == limit.mode || $0.counterName != limit.counterName)
        }
        guard let same else { return }
        diagnostics.error(
            limit.id != nil
                ? "the limit on line \(same.location.line) also has the id \(quoted(limit.name))"
                : "this limit counts the same as the one on line \(same.location.line)",
            at: place,
            expected: limit.id != nil
                ? "another \"id\" in one of them"
                : "only one limit; or \"mode\": \"shadow\" in one of them, to try it without refusing anybody; or an "
                    + "\"id\" in one of them, such as \"id\": \"stricter\""
        )
    }

    /// Warns of a call that alone exceeds a whole window: waiting never helps. A limit of 0 is meant to refuse all
    /// calls. If a limit has conditions, the most expensive call may not match them, so the cheapest call must exceed
    /// the limit.
    func warn(about limit: Policy.Limit, tooSmallFor call: MostExpensiveCall, at place: Place) {
        guard limit.mode != .off, limit.max > 0 else { return }
        let (credits, location) = limit.conditions.isEmpty ? (call.credits, call.location) : call.least
        let amount = limit.amount(credits: credits, units: call.units)
        guard amount > limit.max else { return }
        let reason =
            limit.count == .credits
            ? "priced at \(location) counts"
            : "that uses the amounts in \"hold\"\(limit.actions.isEmpty ? "" : " of \(quoted(call.action))") counts"
        diagnostics.warning(
            "a call \(reason) \(amount) for this limit of \(limit.amountText), so it is always refused",
            at: place
        )
    }

    /// The most limits that an action can have, because each call checks all of them.
    static let maximumLimits = 14

    /// Nil when its window, scope or count can't be read: the name of the limit's counters is made of these three.
    private func limit(_ node: JSONNode, counting units: KnownUnits) -> Policy.Limit? {
        let keys = PolicyDecoder.limitKeys + ["id"]
        guard let object = ObjectReader(node, "a limit", keys: keys, diagnostics) else { return nil }
        let id = object["id"].flatMap { self.id($0.value) }
        return limit(object, id: id, count: object["count"].map { counted($0.value, among: units) } ?? .calls)
    }

    static let limitKeys = ["when", "max", "per", "within", "by", "count", "mode", "givesBack"]

    /// - Parameters:
    ///   - actions: the actions that share the limit; empty for a limit of one action.
    ///   - count: nil if it can't be read, which was reported.
    func limit(
        _ object: ObjectReader, id: String?, actions: [String] = [], count: Policy.Limit.Count?
    ) -> Policy.Limit? {
        let max = object.required("max", for: "\"max\": 100")
            .flatMap { whole($0, "\"max\"", in: 0...Credits.max.rawValue) }
        let scope: Policy.Limit.Scope? = object["by"].map { choice($0.value, "\"by\"") } ?? .account
        let mode = self.mode(object["mode"]?.value)
        let givesBack = object["givesBack"].flatMap { boolean($0.value, "\"givesBack\"") }
        let conditions = object["when"].map { limitConditions($0.value) } ?? []
        guard let window = window(object), let scope, let count else { return nil }
        return Policy.Limit(
            id: id,
            actions: actions,
            conditions: conditions,
            firstConditions: conditions.map(withFirstPlans),
            count: count,
            // An unreadable maximum: no warning.
            max: max ?? Credits.max.rawValue,
            window: window,
            scope: scope,
            mode: mode,
            givesBack: givesBack,
            location: object.place.location
        )
    }

    private func limitConditions(_ node: JSONNode) -> [Policy.Condition] {
        let expected = "for example { \"plan\": \"free\" }, or no \"when\" for a limit of all calls"
        return conditions(node, of: "limit", expected: expected)
    }

    /// A renamed plan under its first name, so that limits keep their counts.
    private func withFirstPlans(_ condition: Policy.Condition) -> Policy.Condition {
        guard condition.attribute == Attributes.plan, case .oneOf(let plans) = condition.test else { return condition }
        let first = plans.map { plan in
            if case .string(let name) = plan { AttributeValue.string(planNames.was(name).first ?? name) } else { plan }
        }
        return Policy.Condition(attribute: condition.attribute, test: .oneOf(first))
    }

    private func counted(_ node: JSONNode, among units: KnownUnits) -> Policy.Limit.Count? {
        guard let text = string(node, "\"count\"", expected: choices(of: units)) else { return nil }
        switch text {
        case "calls": return .calls
        case "credits": return .credits
        case _ where units.mayContain(text): return .unit(text)
        default:
            diagnostics.error(
                "\"count\" can't be \(quoted(text))"
                    + didYouMean(text, among: units.names.union(Policy.Cost.reservedNames)),
                at: node.place,
                expected: choices(of: units)
            )
            return nil
        }
    }

    private func choices(of units: KnownUnits) -> String {
        let own = Policy.Cost.reservedNames.map(quoted).joined(separator: ", ")
        return "one of \(own)" + (units.names.isEmpty ? "" : ", \(units.list)")
    }

    private func window(_ object: ObjectReader) -> Policy.Limit.Window? {
        let expected = "either \"per\": \"day\" (a calendar day) or \"within\": \"24h\" (the last 24 hours)"
        switch (object["per"], object["within"]) {
        case (let per?, nil):
            return choice(per.value, "\"per\"").map(Policy.Limit.Window.per)
        case (nil, let within?):
            return duration(within.value, "\"within\"", in: 1000...366 * millisecondsPerDay)
                .map { Policy.Limit.Window.within(.milliseconds($0)) }
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
}
