package import Faregate

/// What would be different if everything in shadow mode were enforced.
package struct ShadowReport: Encodable, Sendable {
    /// A price in shadow mode: a rule's, or that of an action that is in shadow mode itself.
    package struct Price: Encodable, Sendable {
        package let action: String
        /// `file:line:column`.
        package let rule: String
        package let calls: Int
        /// The credits that the calls cost.
        package let credits: Int64
        /// The credits that they would have cost.
        package let shadowCredits: Int64
        /// The account with the most calls first.
        package let accounts: [AccountPrice]
    }

    package struct AccountPrice: Encodable, Sendable, Equatable {
        package let account: AccountID
        package internal(set) var calls = 0
        package internal(set) var credits: Int64 = 0
        package internal(set) var shadowCredits: Int64 = 0
    }

    /// A limit in shadow mode that calls exceeded. Only the latest ones are recorded.
    package struct Limit: Encodable, Sendable {
        package let action: String
        /// The limit's name in the action.
        package let limit: String
        package let calls: Int
        package let latestAt: Timestamp
        /// The account with the most calls first.
        package let accounts: [AccountCalls]
    }

    /// A price in shadow mode that would have refused calls, because it has no price for them.
    package struct Refusal: Encodable, Sendable {
        package let action: String
        /// `file:line:column`.
        package let rule: String
        /// Names the model or unit that has no price.
        package let reason: String
        package let calls: Int
        /// The account with the most calls first.
        package let accounts: [AccountCalls]
    }

    package struct AccountCalls: Encodable, Sendable, Equatable {
        package let account: AccountID
        package let calls: Int
    }

    package let prices: [Price]
    package let limits: [Limit]
    package let refusals: [Refusal]
}

extension SQLLedger {
    /// Reads the calls that were made since then. Refunded calls cost nothing either way, and are left out of the
    /// prices.
    package func shadowReport(since: Timestamp) async throws -> ShadowReport {
        var prices: [[String]: [AccountID: ShadowReport.AccountPrice]] = [:]
        var refusals: [[String]: [AccountID: Int]] = [:]
        try await forEachPage(ofCallsIn: since..<Timestamp.never) { calls in
            for call in calls {
                if let refusal = call.shadowRefusal {
                    let key = [call.action, refusal.place, refusal.reason]
                    refusals[key, default: [:]][call.account, default: 0] += 1
                }
                for (rule, cost) in call.shadowPrices where call.state != .refunded {
                    prices[[call.action, rule], default: [:]][call.account, default: .init(account: call.account)]
                        .add(call, cost)
                }
            }
        }
        let limits = Dictionary(grouping: try await latestShadowed(since: since)) { [$0.action, $0.detail] }
        return ShadowReport(
            prices: prices.map { ShadowReport.Price($0, Array($1.values)) }
                .sorted { ($0.action, $0.rule) < ($1.action, $1.rule) },
            limits: limits.map { ShadowReport.Limit($0, $1) }
                .sorted { ($0.action, $0.limit) < ($1.action, $1.limit) },
            refusals: refusals.map { ShadowReport.Refusal($0, $1) }
                .sorted { ($0.action, $0.rule, $0.reason) < ($1.action, $1.rule, $1.reason) }
        )
    }
}

extension MadeCall {
    /// The price in shadow mode that would have refused the call, and why.
    package var shadowRefusal: ShadowNote.Refusal? { shadow.map(ShadowNote.init(parsing:))?.refusal }

    /// The rules in shadow mode that the call matched, and what they would have charged.
    package var shadowPrices: [(rule: String, cost: Int64)] {
        guard let note = shadow.map(ShadowNote.init(parsing:)) else { return [] }
        return [note.rule.map { ($0.place, $0.cost) }, note.enforced.map { (rule, $0) }].compactMap(\.self)
    }
}

extension ShadowReport.AccountPrice {
    fileprivate mutating func add(_ call: MadeCall, _ cost: Int64) {
        calls += 1
        credits += call.credits
        shadowCredits += cost
    }
}

extension ShadowReport.Price {
    fileprivate init(_ names: [String], _ accounts: [ShadowReport.AccountPrice]) {
        self.init(
            action: names[0], rule: names[1], calls: accounts.reduce(0) { $0 + $1.calls },
            credits: accounts.reduce(0) { $0 + $1.credits },
            shadowCredits: accounts.reduce(0) { $0 + $1.shadowCredits },
            accounts: accounts.sorted { ($1.calls, $0.account.rawValue) < ($0.calls, $1.account.rawValue) }
        )
    }
}

extension ShadowReport.Limit {
    /// - Parameter records: at least one, the latest first.
    fileprivate init(_ names: [String], _ records: [Refusal.Record]) {
        let accounts = Dictionary(grouping: records, by: \.account)
        self.init(
            action: names[0], limit: names[1], calls: records.count, latestAt: records[0].at,
            accounts: [ShadowReport.AccountCalls](accounts.mapValues(\.count))
        )
    }
}

extension ShadowReport.Refusal {
    fileprivate init(_ names: [String], _ accounts: [AccountID: Int]) {
        self.init(
            action: names[0], rule: names[1], reason: names[2], calls: accounts.values.reduce(0, +),
            accounts: [ShadowReport.AccountCalls](accounts)
        )
    }
}

extension [ShadowReport.AccountCalls] {
    fileprivate init(_ calls: [AccountID: Int]) {
        self = calls.map { Element(account: $0, calls: $1) }
            .sorted { ($1.calls, $0.account.rawValue) < ($0.calls, $1.account.rawValue) }
    }
}
