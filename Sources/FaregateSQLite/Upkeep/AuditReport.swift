/// A row with figures that can be recomputed, by its key.
struct DerivedFact: Sendable, Hashable {
    /// Grant: all sums. Account: debt, latest entry and due time. Rolling window: the amount
    /// used. Purchase: the credits granted.
    enum Table: String {
        case grant, account, counter, purchase
    }

    let table: Table
    /// One number; for a counter, its account, member and limit.
    let key: [Int64]
}
