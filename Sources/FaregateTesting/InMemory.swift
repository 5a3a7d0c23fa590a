public import Faregate

/// A ledger in memory with its clock, for tests of gated handlers.
///
/// ```swift
/// let memory = InMemory(balances: ["ana": 100])
/// let gate = Gate(ledger: memory.ledger, policies: policy, clock: memory.clock)
/// try await gate.run("generate", for: "ana") { _ in }
/// #expect(memory.credits(of: "ana") == 90)
/// ```
///
/// It follows the same rules as the ledgers on disk. Pass ``ledger`` to `Payments` too, and purchased credits can be
/// spent. Its content is lost when it is released.
public final class InMemory: Sendable {
    /// The ledger for the gate and for payments. Copies of the value share one ledger.
    public let ledger: Ledger
    /// The ledger's clock. It moves only when a test moves it.
    public let clock: ManualClock

    private let memory = MemoryLedger()
    private let switched: FailingLedger

    /// - Parameters:
    ///   - balances: the first balances, granted as promotions that never expire; a negative balance is a debt. The
    ///     grants of the policy's plans are added when a gate first sees an account.
    ///   - clock: the test's clock.
    public init(balances: [AccountID: Credits] = [:], clock: ManualClock = ManualClock()) {
        let switched = FailingLedger(memory)
        self.clock = clock
        self.switched = switched
        ledger = Ledger(switched, purchases: SpendablePurchases(memory, reach: switched.reach))
        memory.reference.withLock { reference in
            for (account, credits) in balances { reference.open(account, with: credits, at: clock.now) }
        }
    }

    /// The error that every call to the ledger throws; nil passes calls on. `memory.failure = LedgerError(.busy,
    /// "locked")` starts an outage, nil ends it.
    public var failure: LedgerError? {
        get { switched.failure }
        set { switched.failure = newValue }
    }

    /// Returns the credits that an account can spend now; 0 for an unknown account.
    public func credits(of account: AccountID) -> Credits { balance(of: account)?.remaining ?? .zero }

    /// Returns the credits that an account has, holds and owes now; nil for an unknown account.
    public func balance(of account: AccountID) -> AccountBalance? {
        memory.reference.withLock { $0.balance(of: account, at: clock.now) }
    }
}

extension ReferenceLedger {
    fileprivate mutating func open(_ account: AccountID, with credits: Credits, at now: Timestamp) {
        refresh(account, under: .empty, at: now)
        if credits > .zero {
            give(account, "opening balance", credits.rawValue, source: .promotion, at: now)
        } else {
            accounts[account]?.debt -= credits.rawValue
        }
    }
}
