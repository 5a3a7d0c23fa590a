extension PolicyDecoder {
    func plan(_ member: JSONMember) -> Policy.Plan? {
        guard let object = ObjectReader(member.value, "a plan", keys: ["grants", "was"], diagnostics) else {
            return nil
        }
        let was = planNames.was(member.name)
        guard let list = object["grants"]?.value else { return Policy.Plan(name: member.name, was: was) }
        var lines: [String: Int] = [:]
        let grants = array(list, "\"grants\"").compactMap { grant($0, after: &lines) }
        checkSum(of: grants, at: list.place)
        return Policy.Plan(name: member.name, was: was, grants: grants)
    }

    /// - Parameter lines: the places of the earlier grants, by name.
    private func grant(_ node: JSONNode, after lines: inout [String: Int]) -> Policy.Plan.Grant? {
        let keys = ["credits", "every", "for", "rollover", "expires", "priority", "id"]
        guard let object = ObjectReader(node, "a grant", keys: keys, diagnostics) else { return nil }
        let every = object.required("every", for: "\"every\": \"month\"").flatMap(period)
        let credits = object.required("credits", for: "\"credits\": 50")
            .flatMap { self.credits($0, "\"credits\"", from: 1) }
        let rollover = self.rollover(object["rollover"], every: every)
        let lifetime = object["expires"].flatMap { self.lifetime($0, every: every, rollover: object["rollover"]) }
        let priority = object["priority"].flatMap { whole($0.value, "\"priority\"", in: -1000...1000) } ?? 0
        let id = object["id"].map { self.id($0.value) }
        guard let every, let credits else { return nil }
        let grant = Policy.Plan.Grant(
            name: id ?? nil,
            credits: credits,
            every: every,
            rollover: rollover,
            priority: Int(priority),
            actions: purpose(object["for"]),
            lifetimeMilliseconds: lifetime,
            location: node.place.location
        )
        // An unreadable "id" was reported.
        if id != .some(nil) { checkNames(grant, hasID: id != nil, at: node.place, &lines) }
        return grant
    }

    /// Grants are not identified by their position: a new grant would move the later ones, and accounts would receive
    /// those again.
    private func checkNames(_ grant: Policy.Plan.Grant, hasID: Bool, at place: Place, _ lines: inout [String: Int]) {
        guard let first = lines.updateValue(grant.location.line, forKey: grant.name) else { return }
        let isWord = Policy.Plan.Grant.Period.named.contains { $0.period == grant.every }
        let period = grant.every == .once ? "once" : "\(isWord ? "each" : "every") \(grant.every)"
        diagnostics.error(
            hasID
                ? "the grant on line \(first) is also called \(quoted(grant.name))"
                : "this plan also grants credits \(period) on line \(first); one of the two grants needs an \"id\"",
            at: place,
            expected: hasID
                ? "another \"id\" in one of them" : "an \"id\" in the newer grant, such as \"id\": \"bonus\""
        )
    }

    private func rollover(_ member: JSONMember?, every: Policy.Plan.Grant.Period?) -> Credits {
        guard let member else { return 0 }
        if every == .once {
            diagnostics.error(
                "credits that are given once don't roll over",
                at: member.namePlace,
                expected: "a grant that is repeated, such as \"every\": \"month\", or no \"rollover\""
            )
        }
        return credits(member.value, "\"rollover\"", from: 0) ?? 0
    }

    /// How long the credits of each grant live, in milliseconds.
    private func lifetime(
        _ member: JSONMember, every: Policy.Plan.Grant.Period?, rollover: JSONMember?
    ) -> Int64? {
        guard let lifetime = expiry(member.value) else { return nil }
        if rollover != nil {
            diagnostics.error(
                "credits that expire can't roll over",
                at: member.namePlace,
                expected: "either \"expires\" or \"rollover\""
            )
        } else if let every, let longest = every.longestMilliseconds, lifetime > longest {
            diagnostics.error(
                "these credits expire at the end of their period (\(quoted("\(every)"))), which is earlier",
                at: member.value.place,
                expected: "a shorter time; or \"rollover\" instead, to carry unspent credits into the next period"
            )
        }
        return lifetime
    }

    /// Reports grants whose sum is larger than a balance can be.
    private func checkSum(of grants: [Policy.Plan.Grant], at place: Place) {
        do throws(InvalidInput) {
            var sum = Credits.zero
            for grant in grants { sum = try sum.adding(grant.credits).adding(grant.rollover) }
        } catch {
            diagnostics.error(error.description, at: place)
        }
    }
}
