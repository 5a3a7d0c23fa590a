public import Faregate

extension Payments {
    /// How long a provider's answer about a purchase is reused, because a waiting page asks every second.
    static let confirmationMilliseconds: Int64 = 3000
    /// The longest time that a page waits for the provider.
    private static let patience = Duration.seconds(4)

    /// Returns the state of a purchase for the page that the customer comes back to. Until the money has arrived, the
    /// provider is asked, and its answer is recorded at once, because the webhook may be late or lost.
    ///
    /// The provider is asked once, and its answer is awaited for at most 4 seconds. It is not asked again within 3
    /// seconds. Concurrent callers for one purchase share the answer. A race with the webhook is safe: both record the
    /// same facts, and a fact counts once.
    ///
    /// - Parameters:
    ///   - purchase: our id of the purchase.
    ///   - account: the account that asks.
    /// - Returns: nil if the account has no such purchase. Then no provider was asked.
    /// - Throws: ``Payments/Failure`` if the provider or the ledger doesn't answer. No payment is lost: the webhook or
    ///   the next reconcile records it.
    public func confirm(
        _ purchase: Purchase.ID,
        of account: AccountID
    ) async throws(Payments.Failure) -> Purchase.Record? {
        try await confirm(.one(purchase), account)
    }

    /// Does the same for a checkout's id that the browser brings back, such as Stripe's `{CHECKOUT_SESSION_ID}`.
    ///
    /// - Parameters:
    ///   - checkout: the provider's id of the checkout, from the browser. Nothing else in the address is trusted.
    ///   - provider: the provider's name.
    ///   - account: the account that asks.
    /// - Returns: nil if no purchase of the account has this checkout. Then no provider was asked.
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
            guard let known = try await provider.look(up: checkout, within: patience) else { return }
            events = known
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
    /// Whether the provider may have a payment that is not recorded here.
    fileprivate var isAwaitingPayment: Bool {
        switch self {
        case .opened, .pending, .failed, .expired: true
        default: false
        }
    }
}
