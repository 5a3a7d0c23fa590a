/// The tests in the files, which `faregate check` runs.
extension PolicyDecoder {
    private static let maximumTests = 1000

    func tests(of policy: Policy) -> [Policy.Test] {
        let nodes = tree.lists["tests", default: []]
        guard nodes.count <= PolicyDecoder.maximumTests else {
            diagnostics.error(
                "a policy has at most \(PolicyDecoder.maximumTests) \"tests\"; this one has \(nodes.count)",
                at: nodes[PolicyDecoder.maximumTests].place
            )
            return []
        }
        return nodes.compactMap { test($0, of: policy) }
    }

    private func test(_ node: JSONNode, of policy: Policy) -> Policy.Test? {
        let keys = [
            "name", "call", "plan", "member", "attributes", "units", "key", "times", "within", "at", "credits",
            "expect",
        ]
        guard let object = ObjectReader(node, "a test", keys: keys, diagnostics) else { return nil }
        let name = object["name"].flatMap { title($0.value, "a test's \"name\"") }
        let moment = object["at"].flatMap { self.moment($0.value, "\"at\"", policy.calendar) }
        let inForce = moment.map(policy.inForce) ?? policy
        let action = object.required("call", for: "\"call\": \"generate\"").flatMap { self.action($0, of: policy) }
        let plan = object["plan"].flatMap { self.plan($0, of: inForce) }
        let expectation = object.required("expect", for: "\"expect\": { \"cost\": 8 }").flatMap(self.expectation)
        let units = object["units"].map { self.units($0.value) } ?? [:]
        let member = object["member"].flatMap { string($0.value, "\"member\"", expected: "a name in quotes") }
        let times = object["times"].flatMap { whole($0.value, "\"times\"", in: 1...1000) } ?? 1
        let within = object["within"].flatMap { duration($0.value, "\"within\"", in: 1...366 * millisecondsPerDay) }
        let funds = object["credits"].flatMap { self.funds($0.value) } ?? .plenty
        guard let action, let expectation else { return nil }
        return Policy.Test(
            name: name ?? "\(action) on line \(node.place.location.line)",
            action: action,
            plan: plan,
            member: member,
            attributes: object["attributes"].map { attributes($0.value) } ?? [:],
            units: units,
            hasKey: object["key"].flatMap { boolean($0.value, "\"key\"") } ?? false,
            times: Int(times),
            within: .milliseconds(within ?? 0),
            moment: moment,
            funds: funds,
            expectation: expectation,
            place: node.place
        )
    }

    /// The action may be one that a change adds.
    private func action(_ node: JSONNode, of policy: Policy) -> String? {
        guard let name = string(node, "\"call\"", expected: "an action's name") else { return nil }
        let all = [policy] + policy.changes.map(\.policy)
        if all.contains(where: { $0.action(named: name) != nil }) || diagnostics.hasErrors { return name }
        diagnostics.error(
            "there is no action \(quoted(name))" + didYouMean(name, among: actionNames.places.keys), at: node.place,
            expected: actionNames.places.isEmpty
                ? "an action that is defined in \"actions\"" : "one of \(actionNames.list)"
        )
        return nil
    }

    private func plan(_ member: JSONMember, of policy: Policy) -> String? {
        guard let name = string(member.value, "\"plan\"", expected: "a plan's name") else { return nil }
        if policy.planBook[name] == nil { check(name, in: planNames, at: member.value.place) }
        return name
    }

    private func units(_ node: JSONNode) -> Units {
        guard let object = ObjectReader(node, "\"units\"", diagnostics) else { return [:] }
        return Dictionary(
            object.members.compactMap { member in
                whole(member.value, "an amount", in: 0...Credits.max.rawValue).map { (member.name, $0) }
            }
        ) { first, _ in first }
    }

    private func attributes(_ node: JSONNode) -> Attributes {
        guard let object = ObjectReader(node, "\"attributes\"", diagnostics) else { return [:] }
        return Dictionary(
            object.members.compactMap { member in
                if member.name == Attributes.plan {
                    diagnostics.error(
                        "the plan isn't an attribute of a call", at: member.namePlace,
                        expected: "\"plan\" beside \"attributes\""
                    )
                }
                return attributeValue(member.value).map { (member.name, $0) }
            }
        ) { first, _ in first }
    }

    private func funds(_ node: JSONNode) -> Policy.Test.Funds? {
        guard case .string(let text) = node.value else {
            return credits(node, "\"credits\"", from: 0).map(Policy.Test.Funds.exactly)
        }
        if text == "plan" { return .plan }
        diagnostics.error(
            "\"credits\" can't be \(quoted(text))", at: node.place,
            expected: "a number, or \"plan\" for the credits that the plan grants"
        )
        return nil
    }

    private func expectation(_ node: JSONNode) -> Policy.Test.Expectation? {
        let example = "{ \"cost\": 8 }, { \"refused\": \"limit\" } or { \"allowed\": true }"
        guard let object = ObjectReader(node, "\"expect\"", keys: ["cost", "refused", "allowed"], diagnostics) else {
            return nil
        }
        guard object.members.count == 1, let member = object.members.first else {
            if !object.isDamaged {
                diagnostics.error("a test expects one thing", at: node.place, expected: example)
            }
            return nil
        }
        switch member.name {
        case "cost": return credits(member.value, "\"cost\"", from: 0).map(Policy.Test.Expectation.cost)
        case "refused": return choice(member.value, "\"refused\"").map(Policy.Test.Expectation.refused)
        case "allowed":
            guard boolean(member.value, "\"allowed\"") == false else { return .allowed }
            diagnostics.error(
                "\"allowed\" can't be false", at: member.value.place,
                expected: "\"refused\" with the reason, such as { \"refused\": \"limit\" }"
            )
            return nil
        default: return nil
        }
    }
}
