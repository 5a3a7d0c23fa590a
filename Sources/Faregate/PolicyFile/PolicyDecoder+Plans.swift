extension PolicyDecoder {
    func plan(_ member: JSONMember) -> Plan? {
        guard let object = ObjectReader(member.value, "a plan", keys: ["grants"], diagnostics) else { return nil }
        guard let node = object["grants"]?.value else { return Plan(name: member.name, grants: []) }
        let grants = array(node, "\"grants\"").compactMap(planGrant)
        checkSum(of: grants, at: node.place)
        return Plan(name: member.name, grants: grants)
    }

    private func planGrant(_ node: JSONNode) -> PlanGrant? {
        let keys = ["credits", "every", "rollover"]
        guard let object = ObjectReader(node, "a grant", keys: keys, diagnostics) else { return nil }
        let every: PlanGrant.Period? = object.required("every", for: "\"every\": \"month\"")
            .flatMap { choice($0, "\"every\"") }
        let amount = object.required("credits", for: "\"credits\": 50")
            .flatMap { credits($0, "\"credits\"", from: 1) }
        let rollover = object["rollover"].flatMap { credits($0.value, "\"rollover\"", from: 0) } ?? 0
        if every == .once, let member = object["rollover"] {
            diagnostics.error(
                "a grant that is made once has nothing to roll over",
                at: member.namePlace,
                expected: "\"every\": \"month\", for instance, or no \"rollover\""
            )
        }
        guard let every, let amount else { return nil }
        return PlanGrant(credits: amount, every: every, rollover: rollover)
    }

    /// No account can be opened that would start with more than a balance holds.
    private func checkSum(of grants: [PlanGrant], at place: Place) {
        do throws(InvalidInput) {
            var sum = Credits.zero
            for grant in grants { sum = try sum.adding(grant.credits).adding(grant.rollover) }
        } catch {
            diagnostics.error(error.description, at: place)
        }
    }
}
