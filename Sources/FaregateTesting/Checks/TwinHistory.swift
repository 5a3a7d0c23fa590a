package import Faregate

/// A random history of calls and purchases that runs on one ledger, or on several with the same content. All must give
/// the same answers.
package struct TwinHistory {
    private let seed: UInt64
    private var calls: RandomHistory
    private var purchases: PurchaseHistory
    /// Each ledger's numbers for the first ledger's charges, where they differ: PostgreSQL skips numbers.
    private var numbers: [Int: [ChargeID: ChargeID]] = [:]
    /// The latest calls. ``content(of:)`` includes their predicted outcomes.
    private var requests: [ChargeRequest] = []

    package init(seed: UInt64) {
        self.seed = seed
        (calls, purchases) = (RandomHistory(seed: seed), PurchaseHistory(seed: seed))
    }

    /// A step that has different answers.
    package struct Difference: Error, CustomStringConvertible {
        package let description: String
    }

    /// The time at which the leases of all calls so far have ended.
    package var end: Timestamp { max(calls.now, purchases.now).advanced(byMilliseconds: 40 * 86_400_000) }

    package mutating func run(
        _ operations: Int, on ledgers: [any LedgerBackend & PurchaseBackend]
    ) async throws {
        for step in 1...operations {
            let call = calls.next()
            var answers: [String] = []
            for (index, ledger) in ledgers.enumerated() {
                let same = call.renumbered(numbers[index] ?? [:])
                answers.append(try await same.perform(on: ledger, calls.now, calls.plans))
            }
            remember(answers)
            if case .charge(let request) = call { requests = requests.suffix(30) + [request] }
            if case .recover = call { answers = answers.map { "\($0.split(separator: ",").count) recovered" } }
            try compare(answers.map(\.withoutNumbers), "step \(step): \(call)")
            let purchase = purchases.next()
            answers = []
            for ledger in ledgers {
                answers.append(try await purchase.perform(on: ledger, at: purchases.now) { _ in })
            }
            try compare(answers, "step \(step): \(purchase)")
        }
    }

    private mutating func remember(_ answers: [String]) {
        guard let first = answers.first else { return }
        calls.remember(from: first)
        for (index, answer) in answers.enumerated() {
            if let charge = first.heldCharge, let same = answer.heldCharge, charge != same {
                numbers[index, default: [:]][charge] = same
            }
        }
    }

    private func compare(_ answers: [String], _ what: String) throws {
        guard let first = answers.first, let other = answers.first(where: { $0 != first }) else { return }
        throw Difference(description: "seed \(seed), \(what)\nfirst: \(first)\nother: \(other)")
    }

    /// All readings of a ledger: its accounts, charges, purchases and events.
    package func content(of ledger: any LedgerBackend & PurchaseBackend) async throws -> [AnyHashable] {
        var content: [AnyHashable] = []
        let now = max(calls.now, purchases.now)
        for account in Set(calls.accounts + PurchaseHistory.accounts).sorted(by: { $0.rawValue < $1.rawValue }) {
            content.append(try await ledger.balance(of: account, at: now))
            var cursor: History.Cursor?
            repeat {
                let page = try await ledger.history(of: account, after: cursor, count: 100)
                content += page.entries.map(AnyHashable.init)
                cursor = page.next
            } while cursor != nil
            content.append(try await ledger.customer(of: account, provider: "stripe"))
        }
        for request in requests {
            content.append(try await ledger.read(request.account, calls: { _ in [request] }, at: now))
        }
        for charge in 1...(calls.charges.last?.rawValue ?? 0) + 5 {
            content.append(try await ledger.explain(ChargeID(rawValue: charge)))
        }
        content += try await ledger.openCharges(at: now).map(AnyHashable.init)
        content += try await ledger.purchases(.latest(count: 1000)).map(AnyHashable.init)
        for state in [nil, Inbox.State.notOurs] {
            content += try await ledger.inbox(.state(state, count: 1000)).map(AnyHashable.init)
        }
        return content
    }
}
