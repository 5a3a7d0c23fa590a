/// The key of a row whose figures can be recomputed.
package struct DerivedFact: Sendable, Hashable {
    /// The row's table, which decides what is recomputed: for a grant, all sums; for an account, its debt, latest entry
    /// and due time; for a rolling window's counter, the amount used; for a purchase, the credits granted.
    package enum Table: String, Sendable {
        case grant, account, counter, purchase
    }

    package let table: Table
    /// One number; for a counter, its account, member and limit.
    package let key: [Int64]

    package init(table: Table, key: [Int64]) { (self.table, self.key) = (table, key) }
}
