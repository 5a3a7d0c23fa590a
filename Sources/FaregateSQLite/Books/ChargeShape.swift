import Faregate

/// What the SQL of a charge depends on: the kinds of its limits, whether it is free, whether it has a key. Calls
/// of the same shape share one prepared statement, and a policy has few shapes.
struct ChargeShape: Hashable {
    var isFree = false
    var hasKey = false
    /// Whether the account must be on the plan that the price assumed.
    var checksPlan = false
    /// Whether several grants may pay: for the few charges that the first grant can't pay alone.
    var isSplit = false
    let limits: [LimitKind]

    struct LimitKind: Hashable {
        let scope: Policy.Limit.Scope
        let isRolling: Bool
        let isEnforced: Bool
    }

    init(limits: [LimitCheck]) {
        self.limits = limits.map {
            LimitKind(scope: $0.scope, isRolling: $0.isRolling, isEnforced: $0.isEnforced)
        }
    }

    /// The shape of one charge under these terms.
    func of(_ request: ChargeRequest, isSplit: Bool) -> ChargeShape {
        var shape = self
        shape.isFree = request.cost == 0
        shape.hasKey = request.key != nil
        shape.checksPlan = request.assumedPlan != nil
        shape.isSplit = isSplit
        return shape
    }

    /// The name of the shape, unique for each.
    var name: String {
        let parts =
            [isFree ? "free" : isSplit ? "split" : "paid"] + (checksPlan ? ["plan"] : [])
            + (hasKey ? ["key"] : []) + limits.map(\.name)
        return parts.joined(separator: "_")
    }
}

extension ChargeShape.LimitKind {
    fileprivate var name: String {
        [scope.rawValue, isRolling ? "rolling" : "calendar", isEnforced ? "" : "shadow"].joined()
    }
}

extension LimitCheck {
    var isRolling: Bool {
        if case .rolling = window { true } else { false }
    }
}
