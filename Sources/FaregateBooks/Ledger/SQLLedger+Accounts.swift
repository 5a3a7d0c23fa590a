package import Faregate

extension SQLLedger {
    package func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try await write(.account(account)) { books throws(SQLError) in
            _ = try books.refresh(account, under: plans, at: now)
        }
    }

    package func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        try await write(.account(request.account)) { books throws(SQLError) in try books.grant(request, at: now) }
    }

    package func withdraw(_ request: Withdrawal, at now: Timestamp) async throws(LedgerError) -> WithdrawalResult {
        try await write(.account(request.account)) { books throws(SQLError) in try books.withdraw(request, at: now) }
    }

    package func giveBack(_ request: GiveBack, at now: Timestamp) async throws(LedgerError) -> GiveBackResult {
        try await write(.charge(request.charge)) { books throws(SQLError) in try books.giveBack(request, at: now) }
    }

    package func suspend(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        try await write(.account(account)) { books throws(SQLError) in try books.suspend(account, note, at: now) }
    }

    package func resume(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        try await write(.account(account)) { books throws(SQLError) in try books.resume(account, note, at: now) }
    }

    package func move(
        _ account: AccountID, to plan: Policy.Plan, under plans: PlanBook, _ note: Ledger.Note, at now: Timestamp
    ) async throws(LedgerError) {
        try await write(.account(account)) { books throws(SQLError) in
            try books.move(account, to: plan, under: plans, note, at: now)
        }
    }

    package func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> AccountBalance? {
        try await read { database throws(SQLError) in
            guard let number = try database.accountNumber(of: account) else { return nil }
            return try database.balance(of: number, at: now)
        }
    }

    package func read(
        _ account: AccountID, calls: @escaping @Sendable (AccountBalance) -> [ChargeRequest], at now: Timestamp
    ) async throws(LedgerError) -> AccountReading? {
        try await read { database throws(SQLError) in try database.read(account, calls: calls, at: now) }
    }

    package func history(
        of account: AccountID, after cursor: History.Cursor?, count: Int
    ) async throws(LedgerError) -> History {
        try await history(of: account, archive: nil, after: cursor, count: count)
    }

    package func explain(_ charge: ChargeID) async throws(LedgerError) -> Ledger.ChargeExplanation? {
        try await read { database throws(SQLError) in
            try database.explain(charge)
        }
    }

    package func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record? {
        // Refusals that wait to be written are found too.
        if let waiting = refusals.find(refusal) { return waiting }
        let record = try await read { database throws(SQLError) in
            try database.first("SELECT record FROM refusals WHERE id = ?1", refusal.rawValue) { $0.text(0) }
        }
        return record.flatMap { value(Refusal.Record.self, fromJSON: $0) }
    }

    package func keep(_ refusal: Refusal.Record) {
        refusals.add(refusal)
    }
}
