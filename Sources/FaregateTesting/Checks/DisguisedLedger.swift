package import Faregate

/// A ledger that replaces account and member ids, keys and `ChargeTerms` objects in each call to the ledger behind it,
/// and translates the answer back. A ledger's rules must not depend on the text of an id, nor on whether the policy was
/// loaded again.
///
/// The replacements are easy to confuse: an é as one character and as two, which Swift's `String` treats as equal and
/// SQLite doesn't, the longest id allowed, quotes that a mark hides from `String`, and ids that swap places.
package final class DisguisedLedger: LedgerBackend {
    private let ledger: any LedgerBackend
    private let random: Mutex<SeededGenerator>

    package init(_ ledger: any LedgerBackend, seed: UInt64) {
        self.ledger = ledger
        random = Mutex(SeededGenerator(seed: seed))
    }

    private static let names: [(own: String, other: String)] = [
        ("ana", "\u{E9}"), ("bob", "e\u{301}"), ("cleo", "\u{600}\",\"" + String(repeating: "𝄞", count: 62) + "ab"),
        ("mia", "e\u{301}"), ("noa", "\u{E9}"),
        ("k0", "\u{E9}"), ("k1", "e\u{301}"), ("k2", "k3"), ("k3", "k2"),
        ("k4", "\u{600}\",\"\"\u{301}" + String(repeating: "k", count: 247)),
    ]

    private static func disguise(_ name: String) -> String { names.first { $0.own == name }?.other ?? name }

    private func disguise(_ account: AccountID) -> AccountID {
        valid { () throws(InvalidInput) in try AccountID(Self.disguise(account.rawValue)) }
    }

    /// The id that the caller used for an account.
    private func undisguise(_ account: AccountID) -> AccountID {
        let name = Self.names.prefix(3).first { $0.other.utf8.elementsEqual(account.rawValue.utf8) }?.own
        return valid { () throws(InvalidInput) in try AccountID(name ?? account.rawValue) }
    }

    private func undisguise(member: String?) -> String? {
        guard let member else { return nil }
        return Self.names[3...4].first { $0.other.utf8.elementsEqual(member.utf8) }?.own ?? member
    }

    private func valid<Value>(_ make: () throws(InvalidInput) -> Value) -> Value {
        do throws(InvalidInput) { return try make() } catch { preconditionFailure("\(error)") }
    }

    private func disguise(_ key: IdempotencyKey) -> IdempotencyKey {
        valid { () throws(InvalidInput) in
            try IdempotencyKey(
                Self.disguise(key.key),
                fingerprint: key.fingerprint,
                lifetime: key.lifetime
            )
        }
    }

    private func undisguise(_ charge: Ledger.OpenCharge) -> Ledger.OpenCharge {
        Ledger.OpenCharge(
            id: charge.id,
            account: undisguise(charge.account),
            action: charge.action,
            cost: charge.cost,
            createdAt: charge.createdAt,
            holder: charge.holder,
            deadline: charge.deadline
        )
    }

    // MARK: Calls

    private func disguise(_ request: ChargeRequest) -> ChargeRequest {
        var disguised = request
        disguised.account = disguise(request.account)
        disguised.member = request.member.map { member in
            valid { () throws(InvalidInput) in try MemberID(Self.disguise(member.rawValue)) }
        }
        disguised.key = request.key.map(disguise)
        // As if the policy had been loaded again: equal content in another object.
        if random.withLock({ Bool.random(using: &$0) }) {
            disguised.terms = request.terms.limited(by: request.terms.limits)
        }
        return disguised
    }

    package func charge(_ request: ChargeRequest, at now: Timestamp) async throws(LedgerError) -> ChargeDecision {
        try await ledger.charge(disguise(request), at: now)
    }

    package func extend(
        _ charge: ChargeID,
        by credits: Credits,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> HoldExtension? {
        try await ledger.extend(charge, by: credits, under: plans, at: now)
    }

    package func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp
    ) async throws(LedgerError) -> SettleResult {
        try await ledger.settle(charge, settlement, under: plans, at: now)
    }

    package func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        under plans: PlanBook,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        ledger.settleLater(charge, settlement, under: plans, at: now, completion: completion)
    }

    package func refund(
        _ charge: ChargeID,
        because reason: RefundReason,
        at now: Timestamp
    ) async throws(LedgerError) -> Bool {
        try await ledger.refund(charge, because: reason, at: now)
    }

    package func heartbeat(at now: Timestamp) async throws(LedgerError) { try await ledger.heartbeat(at: now) }

    package func recover(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        try await ledger.recover(at: now).map(undisguise)
    }

    package func openCharges(at now: Timestamp) async throws(LedgerError) -> [Ledger.OpenCharge] {
        try await ledger.openCharges(at: now).map(undisguise)
    }

    // MARK: Accounts

    package func refresh(_ account: AccountID, under plans: PlanBook, at now: Timestamp) async throws(LedgerError) {
        try await ledger.refresh(disguise(account), under: plans, at: now)
    }

    package func grant(_ request: GrantRequest, at now: Timestamp) async throws(LedgerError) -> GrantResult {
        var disguised = request
        disguised.account = disguise(request.account)
        return try await ledger.grant(disguised, at: now)
    }

    package func withdraw(_ request: Withdrawal, at now: Timestamp) async throws(LedgerError) -> WithdrawalResult {
        var disguised = request
        disguised.account = disguise(request.account)
        return try await ledger.withdraw(disguised, at: now)
    }

    package func giveBack(_ request: GiveBack, at now: Timestamp) async throws(LedgerError) -> GiveBackResult {
        try await ledger.giveBack(request, at: now)
    }

    package func suspend(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        try await ledger.suspend(disguise(account), note, at: now)
    }

    package func resume(_ account: AccountID, _ note: Ledger.Note, at now: Timestamp) async throws(LedgerError) -> Bool
    {
        try await ledger.resume(disguise(account), note, at: now)
    }

    package func move(
        _ account: AccountID,
        to plan: Policy.Plan,
        under plans: PlanBook,
        _ note: Ledger.Note,
        at now: Timestamp
    ) async throws(LedgerError) {
        try await ledger.move(disguise(account), to: plan, under: plans, note, at: now)
    }

    package func balance(of account: AccountID, at now: Timestamp) async throws(LedgerError) -> AccountBalance? {
        try await ledger.balance(of: disguise(account), at: now)
    }

    package func read(
        _ account: AccountID,
        calls: @escaping @Sendable (AccountBalance) -> [ChargeRequest],
        at now: Timestamp
    ) async throws(LedgerError) -> AccountReading? {
        try await ledger.read(disguise(account), calls: { calls($0).map(self.disguise) }, at: now)
    }

    package func history(
        of account: AccountID,
        after cursor: History.Cursor?,
        count: Int
    ) async throws(LedgerError) -> History {
        var page = try await ledger.history(of: disguise(account), after: cursor, count: count)
        for index in page.entries.indices {
            page.entries[index].member = undisguise(member: page.entries[index].member)
        }
        return page
    }

    package func explain(_ charge: ChargeID) async throws(LedgerError) -> Ledger.ChargeExplanation? {
        guard var explanation = try await ledger.explain(charge) else { return nil }
        explanation.account = undisguise(explanation.account)
        explanation.member = undisguise(member: explanation.member)
        return explanation
    }

    package func explain(_ refusal: Refusal.ID) async throws(LedgerError) -> Refusal.Record? {
        try await ledger.explain(refusal)
    }

    package func keep(_ refusal: Refusal.Record) { ledger.keep(refusal) }

    package func close() async { await ledger.close() }
}
