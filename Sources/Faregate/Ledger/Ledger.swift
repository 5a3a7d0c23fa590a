/// Keeps accounts, credits, charges and purchases, with a journal of every change.
///
/// A server opens one ledger, hands it to its ``Gate`` and to its payments, and closes it at the end:
///
/// ```swift
/// let ledger = try await Ledger.sqlite("/var/lib/shop/credits.faregate")
/// let gate = Gate(ledger: ledger, policies: policies)
/// …
/// await ledger.close()
/// ```
///
/// `Ledger.sqlite` is in the module `FaregateSQLite`. Copies of the value share one ledger.
public struct Ledger: Sendable {
    /// Implements calls and accounts.
    package let backend: any LedgerBackend
    /// Implements purchases: the same object as `backend`, except in tests.
    package let purchaseBackend: any PurchaseBackend

    package init(_ backend: any LedgerBackend & PurchaseBackend) {
        self.init(backend, purchases: backend)
    }

    package init(_ backend: any LedgerBackend, purchases: any PurchaseBackend) {
        self.backend = backend
        purchaseBackend = purchases
    }

    /// Finishes pending writes, and closes the ledger. Later calls throw ``LedgerError`` with
    /// ``LedgerError/Code/closed``.
    public func close() async { await backend.close() }
}
