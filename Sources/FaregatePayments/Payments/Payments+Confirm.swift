public import Faregate

extension Payments {
    /// Tells the page that the customer comes back to how the purchase stands. Until its money is there, the provider is
    /// asked, and what it says is learned at once: the webhook may be on its way yet, or never come.
    ///
    /// Who asks for the same purchase meanwhile shares the answer. It races safely with the webhook: both tell the same
    /// facts, and facts are a set.
    ///
    /// - Parameter purchase: our id of it.
    /// - Returns: nil when there is no such purchase. Whether it is the one of who asks, is for the caller to check.
    public func confirm(_ purchase: PurchaseID) async throws(PaymentsError) -> PurchaseRecord? {
        try await confirm(.one(purchase))
    }

    /// - Parameters:
    ///   - checkout: the provider's id of it, as it came back with the browser. Nothing else is believed of an address.
    ///   - provider: the provider's name.
    /// - Returns: nil when no purchase has this checkout.
    public func confirm(checkout: String, provider: String) async throws(PaymentsError) -> PurchaseRecord? {
        _ = try self.provider(provider)
        guard isProviderID(checkout) else { return nil }
        return try await confirm(.checkout(checkout, provider: provider))
    }

    private func confirm(_ query: PurchaseQuery) async throws(PaymentsError) -> PurchaseRecord? {
        guard let record = try await record(query) else { return nil }
        guard record.position.status.isAwaitingPayment, record.checkout != nil else { return record }
        return try await confirmations.answer(to: record.purchase.id) {
            do throws(PaymentsError) {
                return .success(try await ask(about: record))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private func ask(about record: PurchaseRecord) async throws(PaymentsError) -> PurchaseRecord {
        let provider = try provider(record.purchase.provider)
        let events: [PurchaseEvent]
        do throws(ProviderError) {
            guard let checkout = record.checkout, let told = try await provider.look(up: checkout) else {
                return record
            }
            events = told
        } catch {
            throw .provider(error)
        }
        do throws(LedgerError) {
            _ = try await ledger.learn(events, of: provider.name, isRehearsal: false, at: clock.now)
        } catch {
            throw .ledger(error)
        }
        return try await self.record(.one(record.purchase.id)) ?? record
    }

    private func record(_ query: PurchaseQuery) async throws(PaymentsError) -> PurchaseRecord? {
        do throws(LedgerError) {
            return try await ledger.purchases(query).first
        } catch {
            throw .ledger(error)
        }
    }
}

extension PurchaseStatus {
    /// Whether the provider may know of a payment that we don't.
    fileprivate var isAwaitingPayment: Bool {
        switch self {
        case .opened, .pending, .failed, .expired: true
        default: false
        }
    }
}
