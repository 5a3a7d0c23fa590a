import Faregate
import FaregateBooks

/// What the rules and limits in shadow mode would have done in a report's period.
struct ReportShadow: Encodable {
    struct Price: Encodable {
        let action: String
        /// `file:line:column`.
        let rule: String
        var calls = 0
        /// The credits that the calls cost.
        var credits: Int64 = 0
        /// The credits that they would have cost.
        var shadowCredits: Int64 = 0
    }

    struct Limit: Encodable {
        let action: String
        /// The limit's name in the action.
        let limit: String
        /// The calls that it would have refused.
        var calls = 0
    }

    /// A price in shadow mode that would have refused calls, because it has no price for them.
    struct MissingPrice: Encodable {
        let action: String
        /// Names the model or unit that has no price.
        let reason: String
        var calls = 0
    }

    private struct Key: Hashable {
        let action: String
        let name: String
    }

    private var sums: [Key: Price] = [:]
    private(set) var limits: [Limit] = []
    private var refusalCounts: [Key: Int] = [:]

    var refusals: [MissingPrice] {
        refusalCounts.map { MissingPrice(action: $0.action, reason: $0.name, calls: $1) }
            .sorted { ($1.calls, $0.action, $0.reason) < ($0.calls, $1.action, $1.reason) }
    }

    var prices: [Price] { sums.values.sorted { ($0.action, $0.rule) < ($1.action, $1.rule) } }

    /// A refunded call costs nothing either way.
    mutating func add(_ call: MadeCall) {
        if let refusal = call.shadowRefusal {
            refusalCounts[Key(action: call.action, name: refusal.reason), default: 0] += 1
        }
        guard call.state != .refunded else { return }
        for (rule, cost) in call.shadowPrices {
            let key = Key(action: call.action, name: rule)
            var price = sums[key] ?? Price(action: call.action, rule: rule)
            price.calls += 1
            price.credits.add(call.credits)
            price.shadowCredits.add(cost)
            sums[key] = price
        }
    }

    /// - Parameter records: calls of the period that exceeded a limit; their `detail` is the limit's name.
    mutating func add(_ records: [Refusal.Record]) {
        let groups = Dictionary(grouping: records) { Key(action: $0.action, name: $0.detail) }
        limits = groups.map { Limit(action: $0.action, limit: $0.name, calls: $1.count) }
            .sorted { ($1.calls, $0.action, $0.limit) < ($0.calls, $1.action, $1.limit) }
    }

    private enum CodingKeys: CodingKey { case prices, limits, refusals }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(prices, forKey: .prices)
        try container.encode(limits, forKey: .limits)
        try container.encode(refusals, forKey: .refusals)
    }
}

extension ReportShadow {
    static let none = "No rule in shadow mode matched a call, and no call exceeded a limit in shadow mode."

    /// A sentence for each rule, each limit and each missing price.
    var sentences: [String] {
        prices.map {
            "\($0.action): \(count($0.calls, "call")) cost \(count($0.credits, "credit")), and would have cost "
                + "\($0.shadowCredits) by \($0.rule)."
        }
            + limits.map {
                "\($0.action): \(count($0.calls, "call")) would have been refused by the limit \"\($0.limit)\"."
            }
            + refusals.map {
                "\($0.action): \(count($0.calls, "call")) would have been refused: \($0.reason)."
            }
    }
}
