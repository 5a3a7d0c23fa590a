package import Faregate

/// For tests that look at one half of a ledger: the other half is in memory, and knows nothing of it.
extension Ledger {
    package init(_ backend: any LedgerBackend) {
        self.init(backend, purchases: MemoryPurchases())
    }

    package init(purchases: any PurchaseBackend) {
        self.init(MemoryLedger(), purchases: purchases)
    }
}
