/// The key of a row whose figures can be recomputed.
package struct DerivedFact: Sendable, Hashable {
    /// The row's table, and with it what is recomputed: all sums of a grant; the debt, latest entry and due time of an
    /// account; the amount used of a rolling window's counter; the credits granted of a purchase.
    package enum Table: String, Sendable {
        case grant, account, counter, purchase
    }

    package let table: Table
    /// One number; for a counter, its account, member and limit.
    package let key: [Int64]

    package init(table: Table, key: [Int64]) { (self.table, self.key) = (table, key) }
}
