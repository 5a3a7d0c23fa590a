import Faregate

/// A charge as recorded in its row.
struct RecordedCharge {
    package let id: ChargeID
    package let account: Int64
    package let member: Int64?
    let price: Int64
    /// The grant that paid alone; nil if the payments are in `charge_grants`, or nothing was paid. SQLite writes the
    /// payment of a single grant into `charge_grants` too if the grant keeps too little: see `split`.
    let grant: Int64?
    let quoted: Int64
    let cost: Int64
    let debt: Int64
    let state: ChargeState
    let reason: String?
    let counted: [CountedLimit]
    let createdAt: Timestamp
    let graceMilliseconds: Int64
}

/// The credits that a grant holds for a charge, or has left.
struct Share {
    let grant: Int64
    let credits: Int64

    init(_ row: any SQLRow) throws(SQLError) {
        grant = row.integer(0)
        credits = try row.credits(1).rawValue
    }
}

extension Books {
    /// The charge's row; nil for an unknown charge. Also locks the charge's account for the transaction.
    func recordedCharge(_ id: ChargeID) throws(SQLError) -> RecordedCharge? {
        guard try database.lock(.accountOfCharge(id)) else { return nil }
        return try database.first(
            """
            SELECT charges.account_id, charges.member_id, charges.grant_id, charges.quoted, charges.cost, charges.state,
                charges.reason, charges.counted, charges.created_at, prices.refund_grace_ms, charges.debt,
                charges.price_id
            FROM charges JOIN prices ON prices.id = charges.price_id
            WHERE charges.id = ?1
            """,
            id.rawValue
        ) { row throws(SQLError) in
            RecordedCharge(
                id: id,
                account: row.integer(0),
                member: row.optionalInteger(1),
                price: row.integer(11),
                grant: row.optionalInteger(2),
                quoted: try row.credits(3).rawValue,
                cost: try row.credits(4).rawValue,
                debt: try row.credits(10).rawValue,
                state: try ChargeState(stored: row.integer(5)),
                reason: row.optionalText(6),
                counted: CountedLimit.list(row.optionalText(7)),
                createdAt: Timestamp(rawValue: row.integer(8)),
                graceMilliseconds: row.integer(9)
            )
        }
    }
}
