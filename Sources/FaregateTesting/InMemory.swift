public import Faregate

/// A ledger in memory and the clock that goes with it, for tests of what a gate guards.
///
/// ```swift
/// let memory = InMemory(balances: ["ana": 100])
/// let gate = Gate(ledger: memory.ledger, policies: policy, clock: memory.clock)
/// try await gate.run("generate", for: "ana") { _ in }
/// #expect(memory.credits(of: "ana") == 90)
/// ```
///
/// It follows the same rules as the ledgers on disk. What is bought can be spent: hand ``ledger`` to `Payments` too. What
/// it keeps is gone with it.
public final class InMemory: Sendable {
    /// For the gate and for payments. Copies of the value are the same ledger.
    public let ledger: Ledger
    /// Stands still until a test turns it.
    public let clock: ManualClock

    private let memory = MemoryLedger()
    private let switched: FailingLedger

    /// - Parameters:
    ///   - balances: what accounts have at first, as promotions that never expire; an account below zero owes so much.
    ///     What the policy's plans give an account comes on top when a gate first sees it.
    ///   - clock: where the test's time comes from.
    public init(balances: [AccountID: Credits] = [:], clock: ManualClock = ManualClock()) {
        let switched = FailingLedger(memory)
        self.clock = clock
        self.switched = switched
        ledger = Ledger(switched, purchases: SpendablePurchases(memory, reach: switched.reach))
        memory.books.withLock { books in
            for (account, credits) in balances { books.open(account, with: credits, at: clock.now) }
        }
    }

    /// While there is one, everything that the ledger is asked for throws it, and nothing is done:
    /// `memory.failure = LedgerError(.busy, "locked")` is an outage, nil ends it.
    public var failure: LedgerError? {
        get { switched.failure }
        set { switched.failure = newValue }
    }

    /// What an account can spend now; 0 for one that nobody has seen.
    public func credits(of account: AccountID) -> Credits { balance(of: account)?.remaining ?? .zero }

    /// What an account has, holds and owes now; nil for one that nobody has seen.
    public func balance(of account: AccountID) -> AccountBalance? {
        memory.books.withLock { $0.balance(of: account, at: clock.now) }
    }
}

extension Books {
    fileprivate mutating func open(_ account: AccountID, with credits: Credits, at now: Timestamp) {
        refresh(account, under: .empty, at: now)
        if credits > .zero {
            give(account, "balance at first", credits.rawValue, source: .promotion, at: now)
        } else {
            accounts[account]?.debt -= credits.rawValue
        }
    }
}
