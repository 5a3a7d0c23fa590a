extension PolicyDecoder {
    /// A number of credits, or a base and prices per unit.
    func cost(_ node: JSONNode) -> Policy.Cost? {
        if case .string(let text) = node.value, Int64(text) == nil {
            diagnostics.error(
                "a cost can't be \(quoted(text))", at: node.place,
                expected: "a number of credits, such as 10; an amount of money is the price of a pack"
            )
            return nil
        }
        guard case .object = node.value else {
            return credits(node, "a cost", from: 0).map(Policy.Cost.init(fixed:))
        }
        let keys = ["base", "units", "minimum"]
        guard let object = ObjectReader(node, "a cost", keys: keys, diagnostics) else { return nil }
        if object.members.allSatisfy({ $0.name == "minimum" }), !object.isDamaged {
            diagnostics.error("this cost is empty", at: node.place, expected: "\"base\", \"units\" or both")
        }
        if let minimum = object["minimum"], object["base"] != nil, object["units"] == nil, !object.isDamaged {
            diagnostics.error(
                "this cost is the same for every call, so it needs no \"minimum\"", at: minimum.namePlace,
                expected: "\"units\" beside it, or only \"base\""
            )
        }
        let base = object["base"].flatMap { credits($0.value, "\"base\"", from: 0) } ?? 0
        let minimum = object["minimum"].flatMap { credits($0.value, "\"minimum\"", from: 0) } ?? 0
        let units = object["units"].map { unitPrices($0.value) } ?? [:]
        // Too many units for one cost are too many for the action, which reports them.
        guard units.count <= Units.limit else { return nil }
        return reporting(at: (object["units"]?.value ?? node).place) { () throws(InvalidInput) in
            try Policy.Cost(base: base, units: units, minimum: minimum)
        }
    }

    private func unitPrices(_ node: JSONNode) -> [String: Ratio] {
        guard let object = ObjectReader(node, "\"units\"", diagnostics) else { return [:] }
        var prices: [String: Ratio] = [:]
        for member in object.members {
            let price = ratio(member.value)
            guard isUnitName(member) else { continue }
            prices[member.name] = price
        }
        return prices
    }

    private func isUnitName(_ member: JSONMember) -> Bool {
        guard Policy.Cost.reservedNames.contains(member.name) else {
            return diagnostics.checkName(member.name, at: member.namePlace, "a unit's name")
        }
        let reserved = Policy.Cost.reservedNames.map(quoted).joined(separator: " and ")
        diagnostics.error(
            "a unit can't be called \(quoted(member.name))",
            at: member.namePlace,
            expected: "another name: in a limit's \"count\", \(reserved) have a meaning of their own"
        )
        return false
    }

    func ratio(_ node: JSONNode) -> Ratio? {
        switch node.value {
        case .string(let text), .number(let text):
            return reporting(at: node.place) { () throws(InvalidInput) in try Ratio(parsing: text) }
        default:
            diagnostics.wrongKind(node, "a price per unit", expected: "\"4/1000\", 3 or 0.25")
            return nil
        }
    }

    // MARK: Hold

    /// - Parameter prices: the action's prices; none of them may exceed the range of credits for this hold.
    func hold(_ node: JSONNode, among known: KnownUnits, for prices: [Policy.Cost]) -> Units {
        guard let object = ObjectReader(node, "\"hold\"", diagnostics) else { return [:] }
        var units: Units = [:]
        for member in object.members {
            let amount = whole(member.value, "an amount", in: 0...Credits.max.rawValue)
            if isKnown(member, among: known) { units[member.name] = amount }
        }
        // An action with too many units is reported elsewhere, and so is a hold with too many.
        guard known.names.count <= Units.limit else { return [:] }
        for price in prices {
            let isPriced = reporting(at: node.place) { () throws(InvalidInput) in
                try price.knowing(units.keys).credits(for: units)
            }
            // One report: the other prices most likely have the same mistake.
            if isPriced == nil { return [:] }
        }
        return units
    }

    /// Warns of a price that depends only on usage, if none of its priced units has a hold.
    func checkHold(_ hold: Units, for price: Policy.Cost, at place: Place) {
        guard !diagnostics.hasErrors, price.base == 0, price.minimum == 0, !price.isFixed else { return }
        let isHeld = price.units.contains { $0.value != .zero && hold[$0.key, default: 0] > 0 }
        guard !isHeld else { return }
        diagnostics.warning(
            "this price depends only on usage, and the action has no \"hold\" for it, so a call starts with only "
                + "1 credit held; write in \"hold\" what a call usually uses",
            at: place
        )
    }

    private func isKnown(_ member: JSONMember, among known: KnownUnits) -> Bool {
        if known.mayContain(member.name) { return true }
        diagnostics.error(
            "no price of this action has the unit \(quoted(member.name))"
                + didYouMean(member.name, among: known.names),
            at: member.namePlace,
            expected: known.names.isEmpty ? "a cost with \"units\"" : "one of \(known.list)"
        )
        return false
    }

    func checkCount(of units: KnownUnits, at place: Place) {
        guard units.names.count > Units.limit else { return }
        diagnostics.error(
            "the prices of an action have at most \(Units.limit) units; this action has \(units.names.count)",
            at: place
        )
    }

    func reporting<Value>(at place: Place, _ body: () throws(InvalidInput) -> Value) -> Value? {
        do throws(InvalidInput) {
            return try body()
        } catch {
            diagnostics.error(error.description, at: place)
            return nil
        }
    }
}

/// The units in the prices of an action, also those whose price has a mistake.
struct KnownUnits {
    private(set) var names: Set<String> = []
    private var first: [String] = []
    /// Something could not be read, so there may be more units.
    private var isIncomplete: Bool

    init(of action: ObjectReader) {
        isIncomplete = action.isDamaged || action["cost"] == nil
        var costs = [action["cost"]?.value]
        if case .array(let rules) = action["rules"]?.value.value {
            // A rule with a factor has the units of the action's own cost.
            costs += rules.filter { $0.member("factor") == nil }.map { $0.member("cost")?.value }
        }
        for cost in costs { add(cost?.value) }
    }

    /// A few of the units, for messages.
    var list: String { first.sorted().map(quoted).joined(separator: ", ") }

    func mayContain(_ name: String) -> Bool { isIncomplete || names.contains(name) }

    private mutating func add(_ cost: JSONNode.Value?) {
        switch cost {
        case .number: break
        case .object(let object):
            let units = object.members.first { $0.name == "units" }
            if case .object(let units) = units?.value.value {
                for unit in units.members where names.insert(unit.name).inserted && first.count < 20 {
                    first.append(unit.name)
                }
                if units.isDamaged { isIncomplete = true }
            } else if object.isDamaged || units != nil || object.members.contains(where: \.isNeitherBaseNorMinimum) {
                isIncomplete = true
            }
        default: isIncomplete = true
        }
    }
}

extension JSONMember {
    fileprivate var isNeitherBaseNorMinimum: Bool { !["base", "minimum"].contains(name) }
}

extension JSONNode {
    func member(_ name: String) -> JSONMember? {
        guard case .object(let object) = value else { return nil }
        return object.members.first { $0.name == name }
    }
}
