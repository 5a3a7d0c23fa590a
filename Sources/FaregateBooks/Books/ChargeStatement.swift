package import Faregate

/// The statement that charges a call: all of it or nothing. Each database has its own.
package protocol ChargeStatement: AnyObject {
    /// Checks the call, takes the credits, and writes the charge and its journal lines, in one statement.
    ///
    /// - Parameters:
    ///   - call: the call.
    ///   - isSplit: whether the payments go into `charge_grants`. Only a statement that raises `split` needs it.
    ///   - holder: the number of this process.
    /// - Throws: an error with one of these reasons, the first that applies: `suspended`, `due`, `plan`, `key`,
    ///   `limit`, `credits` or `split`, `lease`. After `split` (the first grant would keep less than `keptCredits`),
    ///   call again with `isSplit`. PostgreSQL's statement never raises `split`.
    func charge(_ call: NumberedCall, isSplit: Bool, by holder: Int64) throws(SQLError) -> NewCharge

    /// A new id for a charge that a late settlement makes, without this statement.
    func nextID() throws(SQLError) -> ChargeID

    /// Called at the start of a transaction. Drops a cached id, because another process may have made charges since
    /// this connection's previous transaction.
    func beginTransaction()

    /// Drops cached values after a rollback.
    func forget()
}

/// A charge that was just made.
package struct NewCharge {
    package let id: ChargeID
    /// Whether the account may have fewer credits left than ``ChargeTerms/lowBalance``.
    let mayBeLow: Bool
    /// The credits that the account could spend after it; nil if the statement didn't count them.
    let spendable: Credits?
    /// The positions, in the call's limits, of the unenforced limits that it exceeded; nil if the statement didn't
    /// look.
    let exceeded: [Int]?

    package init(id: ChargeID, mayBeLow: Bool, spendable: Credits? = nil, exceeded: [Int]? = nil) {
        (self.id, self.mayBeLow, self.spendable, self.exceeded) = (id, mayBeLow, spendable, exceeded)
    }
}

/// A call to charge, with the ledger's numbers for names.
package struct NumberedCall {
    package let request: ChargeRequest
    package let terms: NumberedTerms
    package let account: Int64
    package let member: Int64?
    package let facts: CallFacts
    package let now: Timestamp

    /// The credits that the first grant must still have if it pays alone. With fewer, other grants may have to pay too,
    /// or the account may be below its low balance. At least 1, because SQLite's statement for a single grant doesn't
    /// mark the grant as spent.
    package var keptCredits: Int64 { max(1, request.terms.lowBalance.rawValue) }
}

/// The parts of a call that are recorded as JSON.
package struct CallFacts: Sendable {
    /// Nil if the call has none.
    package let attributes: String?
    /// The expected use; nil if the call gave none.
    package let units: String?

    /// Takes some microseconds, so the writer's thread shouldn't do it.
    init(of request: ChargeRequest) {
        attributes = request.attributes.isEmpty ? nil : json(request.attributes)
        units = request.units.isEmpty ? nil : json(request.units)
    }
}
