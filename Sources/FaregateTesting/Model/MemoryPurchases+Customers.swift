public import Faregate

extension MemoryPurchases {
    public func customer(of account: AccountID, provider: String) async throws(LedgerError) -> String? {
        customers.withLock { $0[[account.rawValue, provider]] }
    }

    @discardableResult
    public func keep(
        customer: String,
        of account: AccountID,
        provider: String,
        at now: Timestamp
    ) async throws(LedgerError) -> String {
        customers.withLock { customers in
            let kept = customers[[account.rawValue, provider]] ?? customer
            customers[[account.rawValue, provider]] = kept
            return kept
        }
    }

    public func drop(customer: String, of account: AccountID, provider: String) async throws(LedgerError) {
        customers.withLock { customers in
            guard customers[[account.rawValue, provider]] == customer else { return }
            customers[[account.rawValue, provider]] = nil
        }
    }
}
