package import Faregate
package import FaregateBooks
import FaregateTesting

/// Compares what a ledger reads for support people with what it says of each single charge or account, which is
/// compared with the reference ledger elsewhere.
extension SQLLedger {
    /// Makes a random history, as the reference ledger does.
    ///
    /// - Returns: the explanations of all its charges.
    package func keepRandomBooks(seed: UInt64) async throws -> [Ledger.ChargeExplanation] {
        try await LedgerConformance(seed: seed, operations: 250).check(self)
        return try await explanations()
    }

    /// Of all charges, in the order of their numbers.
    package func explanations() async throws -> [Ledger.ChargeExplanation] {
        let last = try await read { database throws(SQLError) in try database.integer("SELECT max(id) FROM charges") }
        var charges: [Ledger.ChargeExplanation] = []
        for number in 1...max(1, last ?? 1) {
            if let charge = try await explain(ChargeID(rawValue: number)) { charges.append(charge) }
        }
        return charges
    }

    /// The differences between the ledger's usage of an account in a period and the sum of its charges.
    package func usageDifferences(
        of account: AccountID, in period: Range<Timestamp>, among charges: [Ledger.ChargeExplanation]
    ) async throws -> [String] {
        guard let usage = try await usage(of: account, in: period, by: { "\($0.action) \($0.member ?? "")" }) else {
            return ["no account"]
        }
        var differences: [String] = []
        func compare(_ name: String, _ sum: Usage.Sum, with own: [Ledger.ChargeExplanation]) {
            let settled = own.filter { $0.state == .settled }
            let expected = [
                Int64(own.count), settled.reduce(0) { $0 + $1.cost.rawValue + $1.debt.rawValue },
                Int64(own.count { $0.state == .refunded }), Int64(own.count { $0.state == .held }),
            ]
            let found = [Int64(sum.calls), sum.credits, Int64(sum.refundedCalls), Int64(sum.openCalls)]
            if found != expected { differences.append("\(account) \(name): \(found), not \(expected)") }
        }
        let own = charges.filter { $0.account == account && period.contains($0.createdAt) }
        let groups = Dictionary(grouping: own) { ExactText("\($0.action) \($0.member ?? "")") }
        for name in Set(usage.groups.keys).union(groups.keys) {
            compare(name.text, usage.groups[name] ?? Usage.Sum(), with: groups[name] ?? [])
        }
        compare("total", usage.total, with: own)
        return differences
    }

    /// The differences between the accounts that the ledger finds and their balances.
    package func findDifferences(_ part: String, expected: [AccountID], at now: Timestamp) async throws -> [String] {
        let found = try await findAccounts(part, count: 20, at: now)
        if found.accounts.map(\.account) != expected || found.hasMore {
            return ["\(found.accounts.map(\.account)), not \(expected)"]
        }
        var differences: [String] = []
        for account in found.accounts {
            let balance = try await balance(of: account.account, at: now)
            let isSame =
                balance?.plan == account.plan && balance?.remaining == account.remaining
                && balance?.debt == account.debt && balance?.suspendedAt == account.suspendedAt
            if !isSame { differences.append("\(account), not \(balance as Any)") }
        }
        return differences
    }
}

extension SQLLedger {
    /// The account's history with notes, in pages of this size.
    package func notedHistory(of account: AccountID, pagesOf count: Int) async throws -> [NotedHistory.Event] {
        var events: [NotedHistory.Event] = []
        var cursor: NotedHistory.Cursor?
        repeat {
            guard let page = try await notedHistory(of: account, after: cursor, count: count) else { return events }
            events += page.entries
            // As people pass it on.
            cursor = try page.next.map { try NotedHistory.Cursor(parsing: $0.description) }
        } while cursor != nil
        return events
    }

    /// The differences between the history with notes and the plain one, and between pages of several sizes.
    package func historyDifferences(of account: AccountID) async throws -> [String] {
        let whole = try await notedHistory(of: account, pagesOf: 500)
        var differences: [String] = []
        for count in [1, 2, 3, 7] where try await notedHistory(of: account, pagesOf: count) != whole {
            differences.append("\(account): pages of \(count) differ")
        }
        var entries: [History.Entry] = []
        var cursor: History.Cursor?
        repeat {
            let page = try await history(of: account, after: cursor, count: 500)
            entries += page.entries
            cursor = page.next
        } while cursor != nil
        let (plain, noted) = (entries.map(\.key), whole.filter { $0.kind != "note" }.map(\.key))
        var merged: [(key: String, credits: Int64)] = []
        for (key, entry) in zip(plain, entries) {
            if merged.last?.key == key, entry.charge != nil, [.charge, .refund].contains(entry.kind) {
                merged[merged.count - 1].credits += entry.credits
            } else {
                merged.append((key, entry.credits))
            }
        }
        if merged.map(\.key) != noted { differences.append("\(account): other lines") }
        if merged.map(\.credits) != whole.filter({ $0.kind != "note" }).map(\.credits) {
            differences.append("\(account): other credits")
        }
        return differences
    }

    /// The differences between the exported calls of a period and its charges.
    package func exportDifferences(
        in period: Range<Timestamp>, among charges: [Ledger.ChargeExplanation]
    ) async throws -> [String] {
        var calls: [MadeCall] = []
        try await forEachPage(ofCallsIn: period) { calls += $0 }
        let expected = charges.filter { period.contains($0.createdAt) }.map { charge in
            let credits = charge.cost.rawValue + charge.debt.rawValue
            return "\(charge.charge) \(charge.account) \(charge.member ?? "") \(charge.action) \(charge.createdAt) "
                + "\(charge.state) \(credits) \(charge.policyVersion) \(charge.rule) \(charge.shadow ?? "")"
                + " \(charge.plan ?? "") \(charge.attributes.sortedText) \(charge.units.sortedText) \(charge.used?.sortedText ?? "")"
        }
        let found = calls.map { call in
            "\(call.charge) \(call.account) \(call.member ?? "") \(call.action) \(call.createdAt) "
                + "\(call.state) \(call.credits) \(call.policyVersion) \(call.rule) \(call.shadow ?? "")"
                + " \(call.plan ?? "") \(call.attributes.sortedText) \(call.units.sortedText) \(call.used?.sortedText ?? "")"
        }
        return zip(found, expected).filter { $0 != $1 }.map { "\($0), not \($1)" }
            + (found.count == expected.count ? [] : ["\(found.count) calls, not \(expected.count)"])
    }
}

extension History.Entry {
    fileprivate var key: String { "\(at) \(kind.rawValue) \(charge?.description ?? "")" }
}

extension NotedHistory.Event {
    fileprivate var key: String { "\(at) \(kind) \(charge?.description ?? "")" }
}

extension Dictionary where Key == String {
    /// The same text for equal dictionaries.
    fileprivate var sortedText: String { "\(sorted { $0.key < $1.key })" }
}
