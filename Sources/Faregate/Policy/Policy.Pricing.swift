extension Policy {
    /// What the calls of an action or of a rule cost.
    package enum Pricing: Sendable {
        case same(Cost)
        /// The call's model has its own prices.
        case byModel(ModelCost)
    }
}

extension Policy.Pricing: ExpressibleByIntegerLiteral {
    /// Traps if a literal is outside 0 to ``Credits/max``: that is a mistake in the source.
    package init(integerLiteral value: Int64) {
        self = .same(Policy.Cost(integerLiteral: value))
    }
}

extension Policy.Pricing: CustomStringConvertible {
    package var description: String {
        switch self {
        case .same(let cost): cost.description
        case .byModel(let cost): cost.description
        }
    }
}

extension Policy.Pricing {
    /// The cost of every call; nil if it depends on the model.
    package var cost: Policy.Cost? {
        if case .same(let cost) = self { cost } else { nil }
    }

    /// The cost by model; nil if it doesn't depend on the model.
    package var modelCost: Policy.ModelCost? {
        if case .byModel(let cost) = self { cost } else { nil }
    }

    /// The costs of all models, in the order of their names; or the only cost.
    package var costs: [Policy.Cost] {
        switch self {
        case .same(let cost): [cost]
        // A model whose price can't be computed makes the policy invalid, which the decoder reports.
        case .byModel(let cost): cost.list.names.compactMap { try? cost.cost(of: $0) }
        }
    }

    /// The units that a price of any model has.
    var unitNames: Set<String> {
        switch self {
        case .same(let cost): Set(cost.units.keys)
        case .byModel(let cost): cost.list.unitNames.union(cost.own.units.keys)
        }
    }

    /// As ``Policy/Cost/accepting(unitsOf:)``.
    func accepting(unitsOf other: Policy.Cost) -> Policy.Pricing {
        switch self {
        case .same(let cost): .same(cost.accepting(unitsOf: other))
        case .byModel(let cost): .byModel(cost.accepting(unitsOf: other))
        }
    }

    /// - Throws: ``InvalidInput``, as ``Policy/Cost/scaled(by:)`` does.
    func scaled(by factor: Ratio) throws(InvalidInput) -> Policy.Pricing {
        switch self {
        case .same(let cost): .same(try cost.scaled(by: factor))
        case .byModel(let cost): .byModel(try cost.scaled(by: factor))
        }
    }
}
