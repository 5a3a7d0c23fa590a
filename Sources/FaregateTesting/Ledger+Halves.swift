package import Faregate

/// For tests of one half of a ledger: the other half is a separate one in memory.
extension Ledger {
    package init(_ backend: any LedgerBackend) {
        self.init(backend, purchases: MemoryPurchases())
    }

    package init(purchases: any PurchaseBackend) {
        self.init(MemoryLedger(), purchases: purchases)
    }
}
