import Faregate

extension ProviderObject {
    /// What a payment is for, by the lines of a list. Nil where nothing is told: the field is missing, `null` or empty.
    ///
    /// What is told and can't be read is no reason to pass over it: it counts as something else than was sold. So the
    /// payment is kept with its money and waits for a person, who can let it count; if it were ignored, whoever sends
    /// what we can't read would get the credits.
    ///
    /// - Parameters:
    ///   - hasMore: whether the list goes on elsewhere.
    ///   - product: what a line calls its product.
    func cart(
        _ field: FieldName,
        hasMore: Bool = false,
        product: (ProviderObject) -> String?
    ) -> Purchase.Cart? {
        guard has(field) else { return nil }
        guard let lines = elements(field) else { return Purchase.Cart([], others: 1) }
        let readable = lines.compactMap { line -> Purchase.ProductCount? in
            guard let line, let product = product(line), let quantity = line.integer("quantity") else { return nil }
            return Purchase.ProductCount(product: product, quantity: quantity)
        }
        return Purchase.Cart(readable, others: Int64(lines.count - readable.count) + (hasMore ? 1 : 0))
    }
}
