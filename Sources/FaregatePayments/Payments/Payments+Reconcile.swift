public import Faregate

extension Payments {
    /// How many of the latest purchases are looked through for those that the provider should know, and how many of
    /// those whose money is on its way are asked for one by one.
    private static let recordCount = 1000

    /// Asks a provider for all that happened since then, and finds what we missed or have on record otherwise: after
    /// webhooks were lost, or to be sure that none was.
    ///
    /// - Parameters:
    ///   - name: the provider's name.
    ///   - since: from when on.
    ///   - isRehearsal: true to change nothing. ``apply(_:progress:)`` does what a rehearsal found.
    ///   - progress: how many objects the provider has told of so far.
    public func reconcile(
        provider name: String,
        since: Timestamp,
        isRehearsal: Bool = true,
        progress: @Sendable (_ seen: Int) -> Void = { _ in }
    ) async throws(PaymentsError) -> Reconciliation {
        let provider = try provider(name)
        let orders = ToldOrder.orders(in: try await told(by: provider, since: since, progress))
        let latest = try await records(.latest(count: Payments.recordCount)).filter { $0.purchase.provider == name }
        var differences: [PurchaseChange] = []
        var unknown: [PurchaseNames] = []
        var news: [[PurchaseEvent]] = []
        for order in orders {
            let changes = try await learn(order.events, of: name, isRehearsal: true)
            guard !changes.isEmpty else { continue }
            news.append(order.events)
            if changes.contains(where: { $0.purchase == nil }) { unknown.append(order.names) }
            differences += joined(changes).filter { $0.before != $0.after }
        }
        let found = Reconciliation(
            provider: name,
            since: since,
            orderCount: orders.count,
            differences: differences,
            unknown: unknown,
            absent: absent(from: orders, latest.filter { $0.openedAt >= since }),
            news: news
        )
        if !isRehearsal { try await apply(found) }
        return found
    }

    /// Learns what was found.
    ///
    /// - Parameters:
    ///   - found: by a rehearsal.
    ///   - progress: how many orders are done, of how many.
    /// - Returns: the purchases that changed.
    @discardableResult
    public func apply(
        _ found: Reconciliation,
        progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws(PaymentsError) -> [PurchaseChange] {
        var changes: [PurchaseChange] = []
        for (done, events) in found.news.enumerated() {
            changes += joined(try await learn(events, of: found.provider, isRehearsal: false))
            progress(done + 1, found.news.count)
        }
        return changes
    }

    /// What the provider lists; and of purchases whose money was on its way, that began before the list does, what it says
    /// when asked.
    private func told(
        by provider: any PaymentProvider,
        since: Timestamp,
        _ progress: @Sendable (_ seen: Int) -> Void
    ) async throws(PaymentsError) -> [PurchaseEvent] {
        let awaited = try await records(.awaited(provider: provider.name, count: Payments.recordCount))
        do throws(ProviderError) {
            var events = try await provider.events(since: since, progress: progress)
            let listed = Set(events.compactMap(\.names.checkout))
            let pending = awaited.filter { $0.position.status == .pending }.compactMap(\.checkout)
            for checkout in pending.filter({ !listed.contains($0) }) {
                events += try await provider.look(up: checkout) ?? []
            }
            return events
        } catch {
            throw .provider(error)
        }
    }

    private func records(_ query: PurchaseQuery) async throws(PaymentsError) -> [PurchaseRecord] {
        do throws(LedgerError) {
            return try await ledger.purchases(query)
        } catch {
            throw .ledger(error)
        }
    }

    private func absent(from orders: [ToldOrder], _ records: [PurchaseRecord]) -> [PurchaseRecord] {
        let names = Set(orders.flatMap(\.events).flatMap(\.names.all))
        return records.filter { record in
            record.position.credits > .zero && !names.contains(.purchase(record.purchase.id.rawValue))
                && !(record.checkout.map { names.contains(.checkout($0)) } ?? false)
        }
    }

    /// Each purchase once, from how it stood first to how it stands last.
    private func joined(_ changes: [PurchaseChange]) -> [PurchaseChange] {
        var joined: [PurchaseID: PurchaseChange] = [:]
        for change in changes {
            guard let purchase = change.purchase else { continue }
            let earlier = joined[purchase]
            joined[purchase] = PurchaseChange(
                purchase: purchase,
                account: change.account,
                before: earlier == nil ? change.before : earlier?.before,
                after: change.after,
                debt: Credits(rawValue: (earlier?.debt.rawValue ?? 0) + change.debt.rawValue) ?? change.debt
            )
        }
        return joined.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
    }

    private func learn(
        _ events: [PurchaseEvent],
        of provider: String,
        isRehearsal: Bool
    ) async throws(PaymentsError) -> [PurchaseChange] {
        do throws(LedgerError) {
            return try await ledger.learn(events, of: provider, isRehearsal: isRehearsal, at: clock.now)
        } catch {
            throw .ledger(error)
        }
    }
}
