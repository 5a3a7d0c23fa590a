package import Faregate

/// Holds what many tasks and processes were answered by one ledger against the model: for each account there is an order of
/// its calls, true to their times, in which the model answers the same.
package enum CallOrder {
    /// The calls of one account that have no such order: all of them matter.
    package struct Missing: Error, CustomStringConvertible {
        package let account: AccountID
        /// By the moment of their beginning.
        package let calls: [RecordedCall]
        /// The call at whose end the order was lost.
        package let last: RecordedCall
        /// What it could have been answered.
        package let expected: Set<LedgerAnswer>

        package var description: String {
            let expected = expected.map(\.description).sorted().joined(separator: "\n          or: ")
            return """
                No order of these calls of \(account) explains what they were answered:
                \(calls.map(\.description).joined(separator: "\n"))
                The answer \(last.answer) should be: \(expected.isEmpty ? "another" : expected)
                """
        }
    }

    /// - Parameter calls: all that were made of the ledger since it was new, by whomever.
    /// - Throws: ``Missing`` with the shortest history of those accounts that have no order.
    package static func check(_ calls: [RecordedCall]) throws {
        let failed = byAccount(calls).filter { !OrderSearch($0).succeeds() }
        let histories = failed.map(shortest)
        if let shortest = histories.min(by: { $0.calls.count < $1.calls.count }) { throw shortest }
    }

    /// A call that names a charge belongs to the account of that. One whose charge nobody was told of stands alone.
    private static func byAccount(_ calls: [RecordedCall]) -> [[RecordedCall]] {
        var accounts: [ChargeID: AccountID] = [:]
        for call in calls {
            if let id = call.made { accounts[id] = call.account }
        }
        let known = calls.map { call in
            var call = call
            if let charge = call.act.charge { call.account = accounts[charge] ?? "nobody" }
            return call
        }
        return Array(Dictionary(grouping: known) { $0.account }.values)
    }

    /// Without what happened after the moment at which there was no order any more, and without calls that change nothing
    /// of what the last one should have been answered.
    private static func shortest(_ calls: [RecordedCall]) -> Missing {
        let last = lastCall(of: calls)
        var kept = calls.filter { $0.beganNanoseconds <= last.endedNanoseconds }
        let expected = OrderSearch(kept, until: last.endedNanoseconds, asking: last).answers()
        var count = 0
        while count != kept.count {
            count = kept.count
            for group in groups(kept, without: last) {
                let rest = kept.filter { !group.contains($0) }
                if rest.count < kept.count, isTold(rest, last, expected) { kept = rest }
            }
        }
        kept.sort { $0.beganNanoseconds < $1.beganNanoseconds }
        let answers = OrderSearch(kept, until: last.endedNanoseconds, asking: last).answers()
        return Missing(account: last.account ?? "nobody", calls: kept, last: last, expected: answers)
    }

    /// The earliest end at which the calls that had ended by then have no order.
    private static func lastCall(of calls: [RecordedCall]) -> RecordedCall {
        let ends = calls.sorted { $0.endedNanoseconds < $1.endedNanoseconds }
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if OrderSearch(calls, until: ends[middle].endedNanoseconds).succeeds() {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return ends[low]
    }

    /// What may be left out at once: the latest first, each charge with all that became of it, then each call alone. What
    /// made the charge that the last call names stays.
    private static func groups(_ calls: [RecordedCall], without last: RecordedCall) -> [Set<RecordedCall>] {
        let others = calls.filter { $0 != last && ($0.made == nil || $0.made != last.act.charge) }
            .sorted { $0.beganNanoseconds > $1.beganNanoseconds }
        let charges = Dictionary(grouping: others.filter { $0.concerns != nil }) { $0.concerns }
        let wholes = charges.values.filter { $0.count > 1 }.map { Set($0) }
        let ordered = wholes.sorted {
            ($0.map(\.beganNanoseconds).max() ?? 0) > ($1.map(\.beganNanoseconds).max() ?? 0)
        }
        return ordered + others.map { [$0] }
    }

    /// Whether the rest alone tells the same: there is an order without the last call, none with it, and what it should
    /// have been answered is the same, or at least as far from what it was.
    private static func isTold(_ rest: [RecordedCall], _ last: RecordedCall, _ expected: Set<LedgerAnswer>) -> Bool {
        let others = rest.filter { $0 != last }
        guard OrderSearch(others, until: last.endedNanoseconds).succeeds(),
            !OrderSearch(rest, until: last.endedNanoseconds).succeeds()
        else { return false }
        let answers = OrderSearch(rest, until: last.endedNanoseconds, asking: last).answers()
        let kinds = Set(expected.map(\.kind))
        if kinds.contains(last.answer.kind) { return answers == expected }
        return Set(answers.map(\.kind)) == kinds
    }
}

extension RecordedCall {
    /// The charge that it made.
    var made: ChargeID? { answer.kind == "held" ? answer.charge : nil }
    /// The charge that it made or is about.
    fileprivate var concerns: ChargeID? { act.charge ?? made }
}
