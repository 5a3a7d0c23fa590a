package import Faregate

/// Checks the answers that one ledger gave to many tasks and processes. For each account there must be an order of its
/// calls, consistent with their times, in which the model gives the same answers.
package enum CallOrder {
    /// The calls of one account that fit no order, reduced to those that show the fault.
    package struct Missing: Error, CustomStringConvertible {
        package let account: AccountID
        /// Sorted by their beginning.
        package let calls: [RecordedCall]
        /// The call whose answer fits no order of the others.
        package let last: RecordedCall
        /// The answers that would have been possible.
        package let expected: Set<LedgerAnswer>

        package var description: String {
            let expected = expected.map(\.description).sorted().joined(separator: "\n          or: ")
            return """
                These answers to calls of \(account) fit no order of the calls:
                \(calls.map(\.description).joined(separator: "\n"))
                This answer fits no order: \(last.answer)
                It should be: \(expected.isEmpty ? "a different one" : expected)
                """
        }
    }

    /// - Parameter calls: all calls since the ledger was new, from all processes.
    /// - Throws: ``Missing`` with the shortest history of the accounts that have no order.
    package static func check(_ calls: [RecordedCall]) throws {
        let failed = byAccount(calls).filter { !OrderSearch($0).succeeds() }
        let histories = failed.map(shortest)
        if let shortest = histories.min(by: { $0.calls.count < $1.calls.count }) { throw shortest }
    }

    /// A call with a charge number belongs to the charge's account. If no answer contains that number, the call is
    /// checked alone.
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

    /// Removes the calls after the first moment at which no order exists, and the calls that don't change the possible
    /// answers of the last one.
    private static func shortest(_ calls: [RecordedCall]) -> Missing {
        let last = lastCall(of: calls)
        var kept = calls.filter { $0.beganNanoseconds <= last.endedNanoseconds }
        let expected = OrderSearch(kept, until: last.endedNanoseconds, asking: last).answers()
        var count = 0
        while count != kept.count {
            count = kept.count
            for group in groups(kept, without: last) {
                let rest = kept.filter { !group.contains($0) }
                if rest.count < kept.count, showsFault(rest, last, expected) { kept = rest }
            }
        }
        kept.sort { $0.beganNanoseconds < $1.beganNanoseconds }
        let answers = OrderSearch(kept, until: last.endedNanoseconds, asking: last).answers()
        return Missing(account: last.account ?? "nobody", calls: kept, last: last, expected: answers)
    }

    /// Returns the first call, by the end of the calls, with which no order explains the answers any more.
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

    /// The groups of calls to leave out, latest first: for each charge, the calls that make it or refer to it, then
    /// each call alone. The call that made the last call's charge is never left out.
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

    /// Whether the remaining calls still show the fault. There must be an order without the last call and none with it.
    /// The possible answers to the last call must be the same as before. If the ledger's answer is of a kind that isn't
    /// possible at all, it is enough that the kinds of the possible answers are the same.
    private static func showsFault(_ rest: [RecordedCall], _ last: RecordedCall, _ expected: Set<LedgerAnswer>) -> Bool
    {
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
    /// The charge that the call made.
    var made: ChargeID? { answer.kind == "held" || isLost ? answer.charge : nil }
    /// The grant that the call made.
    var given: GrantID? { answer.kind == "granted" ? answer.grant : nil }
    /// The charge that the call made or refers to.
    fileprivate var concerns: ChargeID? { act.charge ?? made }
}
