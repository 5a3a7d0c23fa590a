/// The units in the prices of an action, also those whose price has a mistake.
struct KnownUnits {
    private(set) var names: Set<String> = []
    private var first: [String] = []
    /// Something could not be read, so there may be more units.
    private var isIncomplete: Bool

    /// - Parameter list: the price list, whose units a cost with `prices` has.
    init(of action: ObjectReader, _ list: Policy.PriceList) {
        isIncomplete = action.isDamaged || action["cost"] == nil
        var costs = [action["cost"]?.value]
        if case .array(let rules) = action["rules"]?.value.value {
            // A rule with a factor has the units of the action's own cost.
            costs += rules.filter { $0.member("factor") == nil }.map { $0.member("cost")?.value }
        }
        for cost in costs {
            add(cost?.value)
            if let prices = cost?.member("prices") { add(list, at: prices) }
        }
    }

    /// A few of the units, for messages.
    var list: String { first.sorted().map(quoted).joined(separator: ", ") }

    func mayContain(_ name: String) -> Bool { isIncomplete || names.contains(name) }

    /// An empty list, and an attribute name that isn't text, were already reported.
    private mutating func add(_ list: Policy.PriceList, at prices: JSONMember) {
        guard !list.isEmpty, case .string = prices.value.value else {
            isIncomplete = true
            return
        }
        for name in list.unitNames.sorted() { add(name) }
    }

    private mutating func add(_ name: String) {
        if names.insert(name).inserted, first.count < 20 { first.append(name) }
    }

    private mutating func add(_ cost: JSONNode.Value?) {
        switch cost {
        case .number: break
        case .object(let object):
            let units = object.members.first { $0.name == "units" }
            if case .object(let units) = units?.value.value {
                for unit in units.members { add(unit.name) }
                if units.isDamaged { isIncomplete = true }
            } else if object.isDamaged || units != nil || object.members.contains(where: \.isUnknown) {
                isIncomplete = true
            }
        default: isIncomplete = true
        }
    }
}

extension JSONMember {
    fileprivate var isUnknown: Bool { !["base", "minimum", "prices", "markup"].contains(name) }
}
