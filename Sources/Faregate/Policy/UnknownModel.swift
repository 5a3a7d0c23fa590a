extension Gate {
    /// The price of the call depends on its model, and the call names none, or one that the price list lacks. Nothing
    /// was charged.
    public struct UnknownModel: Error, Equatable, CustomStringConvertible {
        public let action: String
        /// The attribute that names the model.
        public let attribute: String
        /// The model that the call names; nil if the call doesn't have the attribute, or if it isn't text.
        public let model: String?
        private let list: Policy.PriceList

        init(action: String, attribute: String, model: String?, list: Policy.PriceList) {
            (self.action, self.attribute, self.model, self.list) = (action, attribute, model, list)
        }

        /// The model in the price list with the most similar name, if one is similar and the list is not too long to
        /// search.
        public var nearest: String? { model.flatMap { nearestName(to: $0, among: list.names) } }

        /// For the log. Contains the name of another model of the price list.
        public var description: String {
            guard let model else { return missing }
            let hint = nearest.map { "; did you mean \(quoted($0))?" } ?? "; add it to \"prices\" in the policy files"
            return "the price list has no model \(quoted(model))\(hint)"
        }

        fileprivate var missing: String {
            "a call of \(quoted(action)) needs the attribute \(quoted(attribute)), which names its model, as text"
        }

        public static func == (left: UnknownModel, right: UnknownModel) -> Bool {
            left.action == right.action && left.attribute == right.attribute && left.model == right.model
        }
    }
}

extension Gate.UnknownModel: ProblemConvertible {
    /// 400, with the model that the call named. Doesn't reveal the names of other models.
    public var problem: Problem {
        Problem(
            400, "unknown-model", "Unknown model",
            model.map { "there is no price for the model \(quoted($0))" } ?? missing
        )
    }
}
