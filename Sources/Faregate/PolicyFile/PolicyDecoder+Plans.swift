extension PolicyDecoder {
    /// When a plan grants. Once only, in this version.
    private enum Recurrence: String, CaseIterable {
        case once
    }

    func plan(_ member: JSONMember) -> Plan? {
        guard let object = ObjectReader(member.value, "a plan", keys: ["grants"], diagnostics) else { return nil }
        guard let grants = object["grants"]?.value else { return Plan(name: member.name, openingGrants: []) }
        let amounts = array(grants, "\"grants\"").compactMap(openingGrant)
        checkSum(of: amounts, at: grants.place)
        return Plan(name: member.name, openingGrants: amounts)
    }

    private func openingGrant(_ node: JSONNode) -> Credits? {
        guard let object = ObjectReader(node, "a grant", keys: ["credits", "every"], diagnostics) else { return nil }
        if let every = object.required("every", for: "\"every\": \"once\"") {
            let _: Recurrence? = choice(every, "\"every\"")
        }
        return object.required("credits", for: "\"credits\": 50")
            .flatMap { credits($0, "\"credits\"", from: 1) }
    }

    /// No account can be opened that would start with more than a balance holds.
    private func checkSum(of amounts: [Credits], at place: Place) {
        do throws(InvalidInput) {
            var sum = Credits.zero
            for amount in amounts { sum = try sum.adding(amount) }
        } catch {
            diagnostics.error(error.description, at: place)
        }
    }
}
