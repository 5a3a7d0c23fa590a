package import Faregate

/// Tests a ledger with random histories, which run against it and against ``MemoryLedger`` side by side. After every
/// step both must have given the same answer and have the same content, and no law may be broken.
///
/// The seed decides the whole history, so a failing seed fails again:
///
/// ```swift
/// let run = LedgerConformance(seed: 42, operations: 2000)
/// try await run.check(try await SQLiteLedger.open(path, trace: nil))
/// ```
///
/// The ledger must be new and must not run its housekeeping by itself: the history decides when its lease is extended
/// and when it recovers.
package struct LedgerConformance: Sendable {
    package let seed: UInt64
    /// The number of steps in the history.
    package let operations: Int

    package init(seed: UInt64, operations: Int = 2000) {
        self.seed = seed
        self.operations = operations
    }

    /// A step at which the ledger differs from the model.
    package struct Difference: Error, CustomStringConvertible {
        package let seed: UInt64
        package let step: Int
        package let operation: String
        package let expected: String
        package let got: String

        package var description: String {
            """
            seed \(seed), step \(step): \(operation)
            expected \(expected)
            got      \(got)
            """
        }
    }

    /// Runs the history.
    ///
    /// - Throws: ``Difference`` at the first step after which the ledger differs from the model; `LedgerError` if the
    ///   ledger fails.
    package func check(_ ledger: any LedgerBackend) async throws {
        let model = MemoryLedger()
        var history = RandomHistory(seed: seed)
        var laws = Laws()
        for step in 1...operations {
            let operation = history.next()
            let predicted = try await predict(operation, step, model, ledger, history)
            let expected = try await operation.perform(on: model, history.now, history.plans)
            let got = try await operation.perform(on: ledger, history.now, history.plans)
            guard expected == got else { throw difference(step, operation, expected, got) }
            if let predicted, predicted != (got.hasPrefix("held(") ? "held" : got) {
                throw difference(step, operation, "the prediction: \(predicted)", got)
            }
            history.remember(from: expected)
            do {
                try await laws.check(operation, got, history, ledger)
            } catch let broken as Laws.Broken {
                throw difference(step, operation, "no broken law", "\(broken)")
            }
            for account in history.accounts {
                let expected = try await model.balance(of: account, at: history.now).map(facts)
                let got = try await ledger.balance(of: account, at: history.now).map(facts)
                guard expected == got else {
                    throw difference(
                        step,
                        operation,
                        "\(account): \(expected ?? "nothing")",
                        "\(account): \(got ?? "nothing")"
                    )
                }
            }
            if step % 50 == 0 || step == operations {
                try await compareRecords(model, ledger, history, step, operation)
            }
        }
    }

    /// Compares both ledgers' predictions for a call. A prediction changes nothing.
    ///
    /// - Returns: the predicted answer; nil if the account must be refreshed first.
    private func predict(
        _ operation: Operation,
        _ step: Int,
        _ model: MemoryLedger,
        _ ledger: any LedgerBackend,
        _ history: RandomHistory
    ) async throws -> String? {
        guard case .charge(let request) = operation else { return nil }
        let expected = try await model.read(request.account, calls: { _ in [request] }, at: history.now)
        let got = try await ledger.read(request.account, calls: { _ in [request] }, at: history.now)
        guard expected == got else { throw difference(step, operation, "read: \(expected as Any)", "\(got as Any)") }
        guard let got, !got.balance.isDue, let call = got.calls.first else { return nil }
        return call.refusal.map { "\(ChargeDecision.refused($0))" } ?? "held"
    }

    private func compareRecords(
        _ model: MemoryLedger,
        _ ledger: any LedgerBackend,
        _ history: RandomHistory,
        _ step: Int,
        _ operation: Operation
    ) async throws {
        for account in history.accounts {
            let expected = try await entries(of: account, in: model)
            let got = try await entries(of: account, in: ledger)
            if let index = (0..<max(expected.count, got.count)).first(where: { expected.at($0) != got.at($0) }) {
                let what = "history of \(account), \(index) from the latest: "
                throw difference(
                    step,
                    operation,
                    what + (expected.at(index) ?? "nothing"),
                    what + (got.at(index) ?? "nothing")
                )
            }
        }
        // Late settlements make charges whose numbers no answer contains, so all of the latest numbers are read.
        let latest = history.charges.last?.rawValue ?? 0
        for charge in (max(1, latest - 40)...latest + 5).map(ChargeID.init(rawValue:)) {
            let expected = try await model.explain(charge).map(withoutGrantNumbers)
            let got = try await ledger.explain(charge).map(withoutGrantNumbers)
            guard expected == got else { throw difference(step, operation, "\(expected as Any)", "\(got as Any)") }
        }
        let expected = try await model.openCharges(at: history.now).map { "\($0.id) \($0.account) \($0.cost)" }
        let got = try await ledger.openCharges(at: history.now).map { "\($0.id) \($0.account) \($0.cost)" }
        guard expected == got else { throw difference(step, operation, "open: \(expected)", "open: \(got)") }
    }

    /// The answer without grant numbers, because each ledger assigns them in its own way.
    private func withoutGrantNumbers(_ explanation: Ledger.ChargeExplanation) -> Ledger.ChargeExplanation {
        var result = explanation
        result.payments = explanation.payments.map { payment in
            Ledger.ChargeExplanation.Payment(
                grant: GrantID(rawValue: 0),
                source: payment.source,
                reference: payment.reference,
                credits: payment.credits
            )
        }
        result.givenBack?.grant = GrantID(rawValue: 0)
        return result
    }

    private func entries(of account: AccountID, in ledger: any LedgerBackend) async throws -> [String] {
        var entries: [String] = []
        var cursor: History.Cursor?
        repeat {
            let page = try await ledger.history(of: account, after: cursor, count: 7)
            entries += page.entries.map { entry in
                let charge = entry.charge.map { "\($0)" } ?? ""
                return
                    "\(entry.at) \(entry.kind) \(entry.credits) \(entry.action ?? "") \(entry.member ?? "") \(charge) "
                    + "\(entry.state?.rawValue ?? "") \(entry.source?.rawValue ?? "") \(entry.reason ?? "")"
            }
            cursor = page.next
        } while cursor != nil && entries.count < 140
        return entries
    }

    private func facts(_ balance: AccountBalance) -> String {
        let sources = balance.sources.map { "\($0.source) \($0.credits)" }
        return "total \(balance.total) used \(balance.used) held \(balance.held) remaining \(balance.remaining) "
            + "expired \(balance.expired) reversed \(balance.reversed) debt \(balance.debt) plan \(balance.plan ?? "none") "
            + "suspended \(balance.suspendedAt?.description ?? "no") due \(balance.isDue) \(sources)"
    }

    private func difference(_ step: Int, _ operation: Operation, _ expected: String, _ got: String) -> Difference {
        Difference(seed: seed, step: step, operation: operation.description, expected: expected, got: got)
    }
}

extension Array {
    fileprivate func at(_ index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
