/// Sums that must be the same in both ledgers after a copy.
package struct CopiedSums: Sendable, Equatable {
    package let accounts: Int64
    /// The credits that remain in grants, expired or not.
    package let credits: Int64
    package let held: Int64
    package let debt: Int64
    package let charges: Int64
    package let purchases: Int64

    init(_ database: any SQLConnection) throws(SQLError) {
        accounts = try database.integer("SELECT count(*) FROM accounts") ?? 0
        credits = try database.integer("SELECT coalesce(sum(remaining), 0) FROM grants") ?? 0
        held = try database.integer("SELECT coalesce(sum(cost), 0) FROM charges WHERE state = 0") ?? 0
        debt = try database.integer("SELECT coalesce(sum(debt), 0) FROM accounts") ?? 0
        charges = try database.integer("SELECT count(*) FROM charges") ?? 0
        purchases = try database.integer("SELECT count(*) FROM purchases") ?? 0
    }
}
