/// The variables of the environment that packs name and that are not set, for one report about all of them.
struct MissingVariables {
    private struct Variable {
        let name: String
        let provider: String
        let place: Place
    }

    /// The first place of each name, and the names that need no report.
    private struct Kept {
        private(set) var variables: [Variable] = []
        private(set) var names: Set<String>

        mutating func add(_ variable: Variable) {
            if names.insert(variable.name).inserted { variables.append(variable) }
        }
    }

    /// Those of packs that can't be sold at any provider, if packs are for sale.
    private var errors: Kept
    private var warnings: Kept

    /// - Parameter known: variables that were reported already.
    init(besides known: MissingVariables? = nil) {
        errors = Kept(names: known?.errors.names ?? [])
        warnings = Kept(names: known?.warnings.names ?? [])
    }

    mutating func add(_ name: String, of provider: String, at place: Place, isError: Bool) {
        let variable = Variable(name: name, provider: provider, place: place)
        if isError { errors.add(variable) } else { warnings.add(variable) }
    }

    func report(to diagnostics: Diagnostics) {
        if let first = errors.variables.first {
            let isOne = errors.variables.count == 1
            let packs = isOne ? "this pack" : "these packs"
            let variables = isOne ? first.name : "these variables"
            let without = isOne ? "a pack without \(quoted(first.provider))" : "packs without them"
            diagnostics.error(
                "\(MissingVariables.sentence(errors.variables)), so \(packs) can't be sold",
                at: first.place,
                expected: "\(variables) in the environment, or \(without)"
            )
        }
        if let first = warnings.variables.first {
            let packs =
                warnings.variables.count == 1
                ? "this pack can't be sold at \(quoted(first.provider))"
                : "these packs can't be sold at those providers"
            diagnostics.warning("\(MissingVariables.sentence(warnings.variables)); \(packs)", at: first.place)
        }
    }

    /// The most variables that a report names.
    private static let maximumCount = 20

    /// `the environment variables PRICE_50 (line 4) and PRICE_100 (line 5) are not set`.
    private static func sentence(_ variables: [Variable]) -> String {
        guard variables.count > 1 else {
            return "the environment variable \(variables.map(\.name).joined()) is not set"
        }
        let file = variables[0].place.location.file
        var items = variables.prefix(maximumCount).map { variable in
            let location = variable.place.location
            let place = location.file == file ? "line \(location.line)" : "\(printable(location.file)):\(location.line)"
            return "\(variable.name) (\(place))"
        }
        if variables.count > maximumCount { items.append("\(variables.count - maximumCount) more") }
        let list = items.dropLast().joined(separator: ", ") + " and " + (items.last ?? "")
        return "the environment variables \(list) are not set"
    }
}
