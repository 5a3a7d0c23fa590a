extension Policy {
    /// A cost that contains the prices of the call's model.
    package struct ModelCost: Sendable {
        /// The attribute that names the model.
        package let attribute: String
        /// The factor of the model's prices.
        package let markup: Ratio
        /// What is the same for every model: the base, the minimum, and prices of other units.
        package let own: Cost
        package let list: PriceList

        /// Returns the cost of a call with this model; nil if the list lacks the model.
        ///
        /// - Throws: ``InvalidInput`` if a number of a price, or their common denominator, is above 2^53 − 1, if the
        ///   prices have more than 32 units, or if a unit has a price both here and in the list.
        package func cost(of model: String) throws(InvalidInput) -> Cost? {
            guard let entry = list[model] else { return nil }
            return try own.adding(unitsOf: try entry.cost.scaled(by: markup))
        }

        func accepting(unitsOf other: Cost) -> ModelCost {
            ModelCost(attribute: attribute, markup: markup, own: own.accepting(unitsOf: other), list: list)
        }

        func scaled(by factor: Ratio) throws(InvalidInput) -> ModelCost {
            ModelCost(
                attribute: attribute, markup: try markup.times(factor), own: try own.scaled(by: factor), list: list)
        }

        /// The name of the call's model.
        ///
        /// - Throws: ``Gate/UnknownModel`` if the call doesn't have the attribute, or if it isn't text.
        func model(in attributes: Attributes, of action: String) throws(Gate.UnknownModel) -> String {
            guard case .string(let model) = attributes[attribute] else {
                throw Gate.UnknownModel(action: action, attribute: attribute, model: nil, list: list)
            }
            return model
        }
    }
}

extension Policy.ModelCost: CustomStringConvertible {
    /// In words: `the prices of the model × 1.3 + 1, at least 2`.
    package var description: String {
        let prices = "the prices of the \(printable(attribute))" + (markup == .one ? "" : " × \(markup.inWords)")
        let isOwn = own.exactBase != .zero || !own.isFixed || own.minimum > 0
        guard isOwn else { return prices }
        let isOnlyMinimum = own.exactBase == .zero && own.isFixed
        return prices + (isOnlyMinimum ? ", at least \(own.minimum)" : " + \(own)")
    }
}
