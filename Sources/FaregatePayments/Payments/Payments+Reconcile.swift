public import Faregate

extension Payments {
    /// How many of the latest purchases are compared with the provider's list, and how many pending ones are looked up
    /// one by one.
    private static let recordCount = 1000

    /// Asks a provider for all events since a time, and finds the orders that are missing here or differ. Use it after
    /// webhooks were lost, or as a check.
    ///
    /// - Parameters:
    ///   - name: the provider's name.
    ///   - since: the earliest time.
    ///   - isRehearsal: true to change nothing. ``apply(_:progress:)`` records what a rehearsal found.
    ///   - progress: called with the number of objects that the provider has returned so far.
    public func reconcile(
        provider name: String,
        since: Timestamp,
        isRehearsal: Bool = true,
        progress: @Sendable (_ seen: Int) -> Void = { _ in }
    ) async throws(Payments.Failure) -> Payments.Reconciliation {
        let provider = try provider(name)
        let history = try await history(of: provider, since: since, progress)
        let orders = ReportedOrder.orders(in: history.events)
        let latest = try await records(.latest(count: Payments.recordCount)).filter { $0.purchase.provider == name }
        let sorted = try await sorted(orders, of: name, since: since)
        var unreadableOnRecord: [ProviderKit.UnreadableObject] = []
        for object in history.unreadable where try await isOnRecord(object.names, at: name) {
            unreadableOnRecord.append(object)
        }
        let found = Payments.Reconciliation(
            provider: name,
            since: since,
            orderCount: orders.count,
            differences: sorted.differences,
            lost: sorted.lost,
            foreignCount: sorted.foreignCount,
            absent: absent(from: sorted.ours, latest.filter { $0.openedAt >= since }),
            unreadable: history.unreadable,
            unreadableOnRecord: unreadableOnRecord,
            news: sorted.news
        )
        if !isRehearsal { try await apply(found) }
        return found
    }

    /// The provider's orders, sorted into ours, foreign and lost ones.
    private struct SortedOrders {
        var differences: [Purchase.Change] = []
        var news: [[Purchase.Event]] = []
        var ours: [ReportedOrder] = []
        var lost: [Payments.LostPurchase] = []
        var foreignCount = 0
    }

    private func sorted(
        _ orders: [ReportedOrder], of provider: String, since: Timestamp
    ) async throws(Payments.Failure) -> SortedOrders {
        var sorted = SortedOrders()
        for order in orders {
            guard try await isOnRecord(order.names, at: provider) else {
                if let lost = Payments.LostPurchase(order, since: since) {
                    sorted.lost.append(lost)
                } else {
                    sorted.foreignCount += 1
                }
                continue
            }
            let changes = try await record(order.events, of: provider, isRehearsal: true)
            if changes.contains(where: { $0.purchase == nil }) {
                // The order has the id of a recorded purchase, but doesn't belong to it.
                sorted.foreignCount += 1
            } else {
                sorted.ours.append(order)
            }
            let known = joined(changes)
            if !known.isEmpty { sorted.news.append(order.events) }
            sorted.differences += known
        }
        return sorted
    }

    /// Records what a rehearsal found about recorded purchases.
    ///
    /// - Parameters:
    ///   - found: the result of the rehearsal.
    ///   - progress: how many orders are done, and how many there are.
    /// - Returns: the purchases that changed.
    @discardableResult
    public func apply(
        _ found: Payments.Reconciliation,
        progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws(Payments.Failure) -> [Purchase.Change] {
        var changes: [Purchase.Change] = []
        for (done, events) in found.news.enumerated() {
            let recorded = joined(try await record(events, of: found.provider, isRehearsal: false))
            report(recorded, .reconcile)
            changes += recorded
            progress(done + 1, found.news.count)
        }
        return changes
    }

    /// Records a purchase that the ledger has lost, with its whole history, after a person has checked it and agreed.
    ///
    /// - Parameters:
    ///   - lost: the purchase as reconcile found it.
    ///   - note: who agreed, and why.
    /// - Returns: what changed.
    @discardableResult
    public func adopt(
        _ lost: Payments.LostPurchase, _ note: Ledger.Note
    ) async throws(Payments.Failure) -> [Purchase.Change] {
        let changes: [Purchase.Change]
        do throws(LedgerError) {
            changes = joined(
                try await ledger.adopt(
                    lost.purchase,
                    knowing: lost.events,
                    note,
                    under: policies.policy(at: clock.now).planBook,
                    openedAt: lost.since,
                    at: clock.now
                )
            )
        } catch {
            throw .ledger(error)
        }
        report(changes, .decision(note))
        return changes
    }

    /// Returns the provider's list. Pending purchases that the list doesn't contain, for example because they are older
    /// than its start, are looked up one by one and added.
    private func history(
        of provider: any PaymentProvider,
        since: Timestamp,
        _ progress: @Sendable (_ seen: Int) -> Void
    ) async throws(Payments.Failure) -> ProviderKit.History {
        let awaited = try await records(.awaited(provider: provider.name, count: Payments.recordCount))
        do throws(ProviderKit.Failure) {
            var history = try await provider.history(since: since, progress: progress)
            let listed = Set(history.events.compactMap(\.names.checkout))
            for record in awaited where record.position.status == .pending {
                guard let checkout = record.checkout, !listed.contains(checkout) else { continue }
                do throws(ProviderKit.Failure) {
                    history.events += try await provider.look(up: checkout, within: nil) ?? []
                } catch .unusableAnswer(_, let reason) {
                    let names = Purchase.Names(checkout: checkout)
                    let unreadable = ProviderKit.UnreadableObject(
                        kind: "checkout", id: checkout, reason: reason, names: names)
                    history.unreadable.append(unreadable)
                }
            }
            return history
        } catch {
            throw .provider(error)
        }
    }

    /// Whether a recorded purchase has any of these ids. If other shops sell through the same account, most orders
    /// belong to no purchase here, and need no rehearsal.
    private func isOnRecord(_ names: Purchase.Names, at provider: String) async throws(Payments.Failure) -> Bool {
        try await !records(.named(names, provider: provider)).isEmpty
    }

    private func records(_ query: Purchase.Query) async throws(Payments.Failure) -> [Purchase.Record] {
        do throws(LedgerError) {
            return try await ledger.purchases(query)
        } catch {
            throw .ledger(error)
        }
    }

    private func absent(from orders: [ReportedOrder], _ records: [Purchase.Record]) -> [Purchase.Record] {
        let names = Set(orders.flatMap(\.events).flatMap(\.names.all))
        return records.filter { record in
            record.position.credits > .zero && !names.contains(.purchase(record.purchase.id.rawValue))
                && !(record.checkout.map { names.contains(.checkout($0)) } ?? false)
        }
    }

    private func record(
        _ events: [Purchase.Event],
        of provider: String,
        isRehearsal: Bool
    ) async throws(Payments.Failure) -> [Purchase.Change] {
        do throws(LedgerError) {
            return try await ledger.record(events, of: provider, isRehearsal: isRehearsal, at: clock.now)
        } catch {
            throw .ledger(error)
        }
    }
}
