/// A row with figures that can be recomputed, by its key.
package struct DerivedFact: Sendable, Hashable {
    /// Grant: all sums. Account: debt, latest entry and due time. Rolling window: the amount
    /// used. Purchase: the credits granted.
    package enum Table: String, Sendable {
        case grant, account, counter, purchase
    }

    package let table: Table
    /// One number; for a counter, its account, member and limit.
    package let key: [Int64]

    package init(table: Table, key: [Int64]) { (self.table, self.key) = (table, key) }
}
