import Faregate

extension Context {
    /// The attributes of a call, by the options. Prints a note for each one that changes nothing: its name may be
    /// misspelled.
    func attributes(for action: Policy.Action?) throws -> Attributes {
        let attributes = try arguments.attributes(for: action)
        guard let action, case let names = action.attributeNames else { return attributes }
        for name in attributes.keys.sorted() where !names.contains(name) {
            let nearest = nearestName(to: name, among: names).map { "; did you mean \"\($0.printable)\"?" } ?? ""
            Output.error(
                "note: the price and the limits of \(action.name) don't depend on \"\(name.printable)\"\(nearest)")
        }
        return attributes
    }
}
