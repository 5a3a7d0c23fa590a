/// A table of a ledger that is copied from one kind of database to the other, in steps of rows in the order of its key.
package struct CopiedTable: Sendable {
    package let name: String
    /// The columns of the primary key.
    let key: [String]
    /// Columns that get this value first, since rows that are copied later decide them.
    var filledLater: [String: SQLParameter] = [:]
    /// The rows of a step. Rows with bodies of up to 1 MiB need small steps.
    var rowsPerStep = 1000
    /// Whether triggers need each row in a statement of its own.
    package var isInsertedRowByRow = false

    private init(_ name: String, key: String...) {
        (self.name, self.key) = (name, key)
    }

    /// All tables, each after the tables that its foreign keys and triggers look at. `ledger` is not among them: see
    /// ``CopyOrigin``. `archiving` is empty outside of a transaction, and `batches` is PostgreSQL's own.
    package static let all: [CopiedTable] = [
        CopiedTable("accounts", key: "id"),
        CopiedTable("members", key: "id"),
        CopiedTable("notes", key: "id"),
        CopiedTable("plan_lines", key: "id"),
        CopiedTable("grants", key: "id"),
        CopiedTable("prices", key: "id"),
        CopiedTable("holders", key: "id"),
        CopiedTable("charges", key: "id"),
        CopiedTable("charge_grants", key: "charge_id", "grant_id"),
        CopiedTable("successors", key: "abandoned"),
        CopiedTable("limits", key: "id"),
        CopiedTable("counters", key: "account_id", "member_id", "limit_id"),
        CopiedTable("counter_hits", key: "account_id", "member_id", "limit_id", "at", "charge_id"),
        CopiedTable("keys", key: "account_id", "action", "key"),
        CopiedTable("journal", key: "id"),
        CopiedTable("archived_lines", key: "line"),
        CopiedTable("withdrawals", key: "note_id"),
        CopiedTable("withdrawal_entries", key: "note_id", "entry"),
        orders,
        CopiedTable("order_names", key: "provider", "kind", "name"),
        CopiedTable("facts", key: "order_id", "fact"),
        purchases,
        purchaseEntries,
        CopiedTable("billing", key: "order_id"),
        CopiedTable("customers", key: "account_id", "provider"),
        inbox,
        CopiedTable("event_orders", key: "order_id", "inbox_id"),
        CopiedTable("refusals", key: "number"),
        CopiedTable("shadowed", key: "number"),
        CopiedTable("policies", key: "version"),
    ]

    /// An order that was merged into another one can't get facts, so the orders are merged after the facts are copied.
    static let orders = {
        var table = CopiedTable("orders", key: "id")
        table.filledLater = ["merged_into": .integer(nil)]
        return table
    }()

    /// A trigger adds each entry to the position of its purchase.
    private static let purchases = {
        var table = CopiedTable("purchases", key: "id")
        table.filledLater = ["position": .integer(0)]
        return table
    }()

    /// The trigger requires after each insert that the position is the sum of the entries.
    private static let purchaseEntries = {
        var table = CopiedTable("purchase_entries", key: "purchase_id", "entry")
        table.isInsertedRowByRow = true
        return table
    }()

    private static let inbox = {
        var table = CopiedTable("inbox", key: "id")
        table.rowsPerStep = 30
        return table
    }()
}
