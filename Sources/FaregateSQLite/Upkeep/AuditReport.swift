/// A row whose figures follow from others, by its key.
struct DerivedFact: Sendable, Hashable {
    /// Of a grant all its sums, of an account its debt, its latest entry and when it is due, of a rolling window what is
    /// used, of a purchase what it has granted.
    enum Table: String {
        case grant, account, counter, purchase
    }

    let table: Table
    /// One number, but for a counter.
    let key: [Int64]
}
