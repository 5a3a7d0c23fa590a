extension PolicyDecoder {
    func plan(_ member: JSONMember) -> Plan? {
        guard let object = ObjectReader(member.value, "a plan", keys: ["grants", "was"], diagnostics) else {
            return nil
        }
        let was = planNames.was(member.name)
        guard let list = object["grants"]?.value else { return Plan(name: member.name, was: was) }
        var counts: [PlanGrant.Period: Int] = [:]
        let grants = array(list, "\"grants\"").compactMap { grant($0, after: &counts) }
        checkSum(of: grants, at: list.place)
        return Plan(name: member.name, was: was, grants: grants)
    }

    /// - Parameter counts: how many grants of each period stand before it: they are told apart by their number.
    private func grant(_ node: JSONNode, after counts: inout [PlanGrant.Period: Int]) -> PlanGrant? {
        let keys = ["credits", "every", "rollover"]
        guard let object = ObjectReader(node, "a grant", keys: keys, diagnostics) else { return nil }
        let every: PlanGrant.Period? = object.required("every", for: "\"every\": \"month\"")
            .flatMap { choice($0, "\"every\"") }
        let credits = object.required("credits", for: "\"credits\": 50")
            .flatMap { self.credits($0, "\"credits\"", from: 1) }
        let rollover = self.rollover(object["rollover"], every: every)
        guard let every, let credits else { return nil }
        let count = counts[every, default: 0] + 1
        counts[every] = count
        return PlanGrant(
            name: count == 1 ? nil : "\(every.rawValue)-\(count)",
            credits: credits,
            every: every,
            rollover: rollover,
            location: node.place.location
        )
    }

    private func rollover(_ member: JSONMember?, every: PlanGrant.Period?) -> Credits {
        guard let member else { return 0 }
        if every == .once {
            diagnostics.error(
                "credits that are given once don't roll over",
                at: member.namePlace,
                expected: "a grant that comes again, such as \"every\": \"month\", or no \"rollover\""
            )
        }
        return credits(member.value, "\"rollover\"", from: 0) ?? 0
    }

    /// No account can be given more than a balance holds.
    private func checkSum(of grants: [PlanGrant], at place: Place) {
        do throws(InvalidInput) {
            var sum = Credits.zero
            for grant in grants { sum = try sum.adding(grant.credits).adding(grant.rollover) }
        } catch {
            diagnostics.error(error.description, at: place)
        }
    }
}
