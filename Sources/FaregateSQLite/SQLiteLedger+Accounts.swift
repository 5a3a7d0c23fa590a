public import Faregate

extension SQLiteLedger {
    public func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try await writer.write { books throws(SQLiteError) in
            _ = try books.refresh(account, under: plans, at: now)
        }
    }

    public func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        try await writer.write { books throws(SQLiteError) in try books.grant(request, at: now) }
    }

    public func withdraw(_ request: Withdrawal, at now: Timestamp) async throws(LedgerError) -> WithdrawalResult {
        try await writer.write { books throws(SQLiteError) in try books.withdraw(request, at: now) }
    }

    public func suspend(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        try await writer.write { books throws(SQLiteError) in try books.suspend(account, note, at: now) }
    }

    public func resume(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool {
        try await writer.write { books throws(SQLiteError) in try books.resume(account, note, at: now) }
    }

    public func move(
        _ account: AccountID, to plan: Policy.Plan, under plans: PlanBook, _ note: Ledger.Note, at now: Timestamp
    ) async throws(LedgerError) {
        try await writer.write { books throws(SQLiteError) in
            try books.move(account, to: plan, under: plans, note, at: now)
        }
    }

    public func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> AccountBalance? {
        try await readers.read { database throws(SQLiteError) in
            guard let number = try database.accountNumber(of: account) else { return nil }
            return try database.balance(of: number, at: now)
        }
    }

    public func read(
        _ account: AccountID, calls: @escaping @Sendable (AccountBalance) -> [ChargeRequest], at now: Timestamp
    ) async throws(LedgerError) -> AccountReading? {
        try await readers.read { database throws(SQLiteError) in try database.read(account, calls: calls, at: now) }
    }

    public func history(
        of account: AccountID, after cursor: History.Cursor?, count: Int
    ) async throws(LedgerError) -> History {
        let count = min(max(count, 1), 500)
        return try await readers.read { database throws(SQLiteError) in
            guard let number = try database.accountNumber(of: account) else {
                return History(entries: [], next: nil)
            }
            return try HistoryWalk(files: [database], account: number).page(after: cursor, count: count)
        }
    }

    public func explain(_ charge: ChargeID) async throws(LedgerError) -> ChargeExplanation? {
        try await readers.read { database throws(SQLiteError) in
            try database.explain(charge)
        }
    }

    public func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record? {
        // Refusals that wait to be written are found too.
        if let waiting = refusals.find(refusal) { return waiting }
        let record = try await readers.read { database throws(SQLiteError) in
            try database.first("SELECT record FROM refusals WHERE id = ?1", refusal.rawValue) { $0.text(0) }
        }
        return record.flatMap { value(Refusal.Record.self, fromJSON: $0) }
    }

    public func keep(_ refusal: Refusal.Record) {
        refusals.add(refusal)
    }
}
