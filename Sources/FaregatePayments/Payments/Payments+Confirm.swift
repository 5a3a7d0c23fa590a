public import Faregate

extension Payments {
    /// How long the provider isn't asked again about a purchase: pages ask every second while the customer waits.
    static let confirmationMilliseconds: Int64 = 3000
    /// How long a page waits for the provider at most.
    private static let patience = Duration.seconds(4)

    /// Tells the page that the customer comes back to how the purchase stands. Until its money is there, the provider is
    /// asked, and what it says is learned at once: the webhook may be on its way yet, or never come.
    ///
    /// The provider is asked once, for 4 seconds at most, and then not again for 3 seconds. Who asks for the same purchase
    /// meanwhile shares the answer. It races safely with the webhook: both tell the same facts, and facts are a set.
    ///
    /// - Parameters:
    ///   - purchase: our id of it.
    ///   - account: who asks.
    /// - Returns: nil when the account has no such purchase. Then nobody was asked.
    /// - Throws: ``Payments/Failure`` when the provider or the ledger doesn't answer. What was paid is not lost.
    public func confirm(
        _ purchase: Purchase.ID,
        of account: AccountID
    ) async throws(Payments.Failure) -> Purchase.Record? {
        try await confirm(.one(purchase), account)
    }

    /// - Parameters:
    ///   - checkout: the provider's id of it, as it came back with the browser. Nothing else is believed of an address.
    ///   - provider: the provider's name.
    ///   - account: who asks.
    /// - Returns: nil when no purchase of the account has this checkout. Then nobody was asked.
    public func confirm(
        checkout: String,
        provider: String,
        of account: AccountID
    ) async throws(Payments.Failure) -> Purchase.Record? {
        _ = try self.provider(provider)
        guard isProviderID(checkout) else { return nil }
        return try await confirm(.checkout(checkout, provider: provider), account)
    }

    private func confirm(
        _ query: Purchase.Query, _ account: AccountID
    ) async throws(Payments.Failure) -> Purchase.Record? {
        guard let record = try await record(query), record.purchase.account == account else { return nil }
        guard record.position.status.isAwaitingPayment, let checkout = record.checkout else { return record }
        let id = record.purchase.id
        try await confirmations.answer(to: id, at: clock.now) {
            do throws(Payments.Failure) {
                return .success(try await ask(about: checkout, at: record.purchase.provider))
            } catch {
                return .failure(error)
            }
        }.get()
        return try await self.record(.one(id)) ?? record
    }

    private func ask(about checkout: String, at name: String) async throws(Payments.Failure) {
        let provider = try provider(name)
        let events: [Purchase.Event]
        do throws(ProviderKit.Failure) {
            let patience = Payments.patience
            guard let told = try await provider.look(up: checkout, within: patience) else { return }
            events = told
        } catch {
            throw .provider(error)
        }
        do throws(LedgerError) {
            report(try await ledger.record(events, of: name, isRehearsal: false, at: clock.now), .confirm)
        } catch {
            throw .ledger(error)
        }
    }

    private func record(_ query: Purchase.Query) async throws(Payments.Failure) -> Purchase.Record? {
        do throws(LedgerError) {
            return try await ledger.purchases(query).first
        } catch {
            throw .ledger(error)
        }
    }
}

extension Purchase.Status {
    /// Whether the provider may know of a payment that we don't.
    fileprivate var isAwaitingPayment: Bool {
        switch self {
        case .opened, .pending, .failed, .expired: true
        default: false
        }
    }
}
