package import Faregate

/// What the SQL of a charge depends on: the kinds of its limits, whether it is free, whether it has a key. Calls
/// of the same shape share one prepared statement, and a policy has few shapes.
package struct ChargeShape: Hashable {
    package var isFree = false
    package var hasKey = false
    /// Whether the account must be on the plan that the price assumed.
    package var checksPlan = false
    /// Whether the payments go into `charge_grants`: for charges that the first grant can't or shouldn't pay alone.
    package var isSplit = false
    package let limits: [LimitKind]

    package struct LimitKind: Hashable {
        package let scope: Policy.Limit.Scope
        package let isRolling: Bool
        package let isEnforced: Bool
    }

    package init(limits: [LimitCheck]) {
        self.limits = limits.map {
            LimitKind(scope: $0.scope, isRolling: $0.isRolling, isEnforced: $0.isEnforced)
        }
    }

    /// The shape of one charge under these terms.
    package func of(_ request: ChargeRequest, isSplit: Bool) -> ChargeShape {
        var shape = self
        shape.isFree = request.cost == 0
        shape.hasKey = request.key != nil
        shape.checksPlan = request.assumedPlan != nil
        shape.isSplit = isSplit
        return shape
    }

    /// The name of the shape, unique for each.
    package var name: String {
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
