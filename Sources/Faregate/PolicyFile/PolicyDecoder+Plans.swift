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
        let keys = ["credits", "every", "rollover", "id"]
        guard let object = ObjectReader(node, "a grant", keys: keys, diagnostics) else { return nil }
        let every: Policy.Plan.Grant.Period? = object.required("every", for: "\"every\": \"month\"")
            .flatMap { choice($0, "\"every\"") }
        let credits = object.required("credits", for: "\"credits\": 50")
            .flatMap { self.credits($0, "\"credits\"", from: 1) }
        let rollover = self.rollover(object["rollover"], every: every)
        let id = object["id"].map { self.id($0.value) }
        guard let every, let credits else { return nil }
        let grant = Policy.Plan.Grant(
            name: id ?? nil,
            credits: credits,
            every: every,
            rollover: rollover,
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
        let period = grant.every == .once ? "once" : "each \(grant.every.rawValue)"
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
