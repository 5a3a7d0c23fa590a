extension Policy {
    /// The prices of models, by the model's name: the section `prices`.
    package struct PriceList: Sendable {
        /// The prices of one model.
        package struct Entry: Sendable {
            /// The prices per unit; the base and the minimum are 0.
            package let cost: Cost
            package let location: Location
        }

        private struct Content: Sendable {
            let entries: [String: Entry]
            let names: [String]
            let unitNames: Set<String>
        }

        /// Boxed, because every cost that refers to the list stores it.
        private let content: Shared<Content>

        package init(_ entries: [String: Entry] = [:]) {
            let names = entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let units = entries.values.reduce(into: Set<String>()) { $0.formUnion($1.cost.units.keys) }
            content = Shared(Content(entries: entries, names: names, unitNames: units))
        }

        /// The most models in a list.
        package static let maximumModels = 2000

        package subscript(model: String) -> Entry? { content.value.entries[model] }
        /// The models, sorted.
        package var names: [String] { content.value.names }
        /// The units that any model has.
        package var unitNames: Set<String> { content.value.unitNames }
        package var isEmpty: Bool { names.isEmpty }
    }
}
