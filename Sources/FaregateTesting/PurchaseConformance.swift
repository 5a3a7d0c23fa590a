package import Faregate
import Foundation

/// Tests a ledger's purchases with random histories, which run against it and against ``MemoryPurchases`` side by side.
/// After every step both must have given the same answer and have the same content. Half of all events belong to
/// another business at the same provider account, and some of these have the ids of our purchases in their metadata.
///
/// The seed decides the whole history, so a failing seed fails again. The ledger must be new and must not run its
/// housekeeping by itself: the history decides when it runs.
package struct PurchaseConformance: Sendable {
    package let seed: UInt64
    /// The number of steps in the history.
    package let operations: Int

    package init(seed: UInt64, operations: Int = 60) {
        self.seed = seed
        self.operations = operations
    }

    /// The step at which the ledger differs from the model.
    package typealias Difference = LedgerConformance.Difference

    /// Runs the history.
    ///
    /// - Parameters:
    ///   - ledger: a new ledger.
    ///   - performHousekeeping: makes the ledger delete outdated data.
    /// - Throws: ``Difference`` at the first step after which the ledger differs from the model or has broken a law;
    ///   `LedgerError` if the ledger fails.
    package func check(
        _ ledger: any PurchaseBackend,
        performHousekeeping: @escaping @Sendable (Timestamp) async -> Void
    ) async throws {
        let model = MemoryPurchases()
        var history = PurchaseHistory(seed: seed)
        for step in 1...operations {
            let operation = history.next()
            let now = history.now
            let expected = try await operation.perform(on: model, at: now) { model.performHousekeeping(at: $0) }
            let got = try await operation.perform(on: ledger, at: now, performHousekeeping: performHousekeeping)
            try compare(expected, got, step, operation)
            try compare(try await content(of: model, at: now), try await content(of: ledger, at: now), step, operation)
            try await checkLaws(ledger, at: now, step, operation)
        }
    }

    private func compare(_ expected: String, _ got: String, _ step: Int, _ operation: PurchaseOperation) throws {
        guard expected == got else {
            throw Difference(seed: seed, step: step, operation: "\(operation)", expected: expected, got: got)
        }
    }

    private func content(of ledger: any PurchaseBackend, at now: Timestamp) async throws -> String {
        var lines: [String] = []
        for record in try await ledger.purchases(.latest(count: 1000)) {
            let facts = record.facts.map { "\($0)" }.sorted()
            lines.append(
                "\(record.purchase.id) \(record.checkout ?? "") \(record.position.words) \(facts) "
                    + "\(record.billing?.email ?? "") \(record.openedAt) \(record.paidAt?.description ?? "")"
            )
        }
        lines.sort()
        for state in [nil, Inbox.State.notOurs] {
            for entry in try await ledger.inbox(.state(state, count: 1000)) { lines.append(entry.words) }
        }
        for account in PurchaseHistory.accounts {
            lines.append(try await ledger.customer(of: account, provider: "stripe") ?? "no customer")
        }
        return lines.joined(separator: "\n")
    }

    /// Checks laws that don't depend on the model.
    private func checkLaws(
        _ ledger: any PurchaseBackend,
        at now: Timestamp,
        _ step: Int,
        _ operation: PurchaseOperation
    ) async throws {
        for entry in try await ledger.inbox(.state(nil, count: 1000)) where entry.state == .notOurs {
            guard entry.event.body.isEmpty, entry.retryAt == nil else {
                try compare("an event that is not ours needs no decision and has no body", entry.words, step, operation)
                return
            }
        }
        if operation.isForeign, let event = operation.event,
            let entry = try await ledger.inbox(.one(event)).first, entry.deliveries == 1, entry.state != .notOurs
        {
            try compare("an event without any of our names is not ours", entry.words, step, operation)
        }
        for account in PurchaseHistory.accounts {
            let records = try await ledger.purchases(.account(account, count: 1000))
            let open = records.count {
                [.opened, .failed].contains($0.position.status)
                    && $0.openedAt.advanced(byMilliseconds: Purchase.OpenCheckoutLimit.openingMilliseconds) > now
            }
            try compare("true", "\(open <= Purchase.OpenCheckoutLimit.perAccount)", step, operation)
        }
    }
}

extension Purchase.Position {
    /// In a fixed order.
    var words: String { "\(credits) \(status) \(flags.map(\.rawValue).sorted())" }
}

extension Inbox.Entry {
    fileprivate var words: String {
        let body = String(decoding: event.body, as: UTF8.self)
        return "\(event.id.event) \(state) \(note ?? "") \(deliveries) \(attempts) \(receivedAt) \"\(body)\""
    }
}
