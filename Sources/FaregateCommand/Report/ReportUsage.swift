import Faregate
import FaregateBooks

/// The calls of a report's period, by action and by day or week.
struct ReportUsage: Encodable {
    struct Action: Encodable {
        let action: String
        let sum: Usage.Sum

        private enum CodingKeys: CodingKey { case action }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(action, forKey: .action)
            try sum.encode(to: encoder)
        }
    }

    private struct Span: Encodable {
        /// The first day.
        let from: String
        let actions: [Action]
    }

    let spans: ReportSpans
    /// Of each action, a sum for each day or week.
    private(set) var sums: [String: [Usage.Sum]] = [:]
    private(set) var total = Usage.Sum()

    init(_ spans: ReportSpans) { self.spans = spans }

    /// - Parameter call: made in the period.
    mutating func add(_ call: MadeCall) {
        sums[call.action, default: Array(repeating: Usage.Sum(), count: spans.count)][spans.index(of: call.createdAt)]
            .add(call)
        total.add(call)
    }

    /// The action with the most credits first.
    var actions: [Action] {
        sums.map { action, sums in Action(action: action, sum: sums.reduce(into: Usage.Sum()) { $0.add($1) }) }
            .sorted { ($1.sum.credits, $1.sum.calls, $0.action) < ($0.sum.credits, $0.sum.calls, $1.action) }
    }

    /// The sum of a day or week.
    func total(of span: Int) -> Usage.Sum {
        sums.values.reduce(into: Usage.Sum()) { $0.add($1[span]) }
    }

    private enum CodingKeys: CodingKey { case by, total, actions, periods }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(spans.unit, forKey: .by)
        try container.encode(total, forKey: .total)
        try container.encode(actions, forKey: .actions)
        let names = actions.map(\.action)
        let list = spans.labels.indices.map { span in
            let actions = names.compactMap { name -> Action? in
                guard let sum = sums[name]?[span], sum.calls > 0 else { return nil }
                return Action(action: name, sum: sum)
            }
            return Span(from: spans.labels[span], actions: actions)
        }
        try container.encode(list, forKey: .periods)
    }
}
