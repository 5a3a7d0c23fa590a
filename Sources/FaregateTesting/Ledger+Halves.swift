package import Faregate

/// A ledger keeps accounts and purchases. These initializers are for tests of one half; the other half is a separate
/// ledger in memory.
extension Ledger {
    package init(_ backend: any LedgerBackend) {
        self.init(backend, purchases: MemoryPurchases())
    }

    package init(purchases: any PurchaseBackend) {
        self.init(MemoryLedger(), purchases: purchases)
    }
}
