import Faregate

extension ProviderObject {
    /// Returns what a payment is for, from the lines of a list; nil if the field is missing, `null` or empty.
    ///
    /// A line that can't be read counts as a product other than the sold one. So the payment is stored with its money
    /// and waits for a person, who can approve it. If such lines were ignored, an order with an unreadable product
    /// would still get the credits.
    ///
    /// - Parameters:
    ///   - hasMore: whether the list continues elsewhere.
    ///   - product: returns a line's product.
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
