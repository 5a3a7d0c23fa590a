import Foundation

/// The figures with their values, as people and as programs read them.
struct Table: Encodable {
    struct Line: Encodable {
        let name: String
        let value: Double
        let unit: String
        /// The lowest and the highest of all rounds.
        let low, high: Double
        let goals: [Verdict]
    }

    struct Verdict: Encodable {
        /// What this is a ratio of; nil where the value itself counts.
        let of: String?
        let ratio: Double?
        /// Nil where there is nothing to reach.
        let needed: String?
        let isReached: Bool?
    }

    let date: String
    let cores: Int
    let rounds: Int
    let roundSeconds: Double
    let lines: [Line]

    /// Leaves out what was not measured, and goals beside what was not.
    init(_ figures: [Figure], _ samples: Samples, _ options: Options) {
        date = Date().formatted(.iso8601)
        cores = ProcessInfo.processInfo.activeProcessorCount
        rounds = options.rounds
        roundSeconds = options.seconds
        lines = figures.compactMap { figure in
            guard let value = samples[figure.sample] else { return nil }
            let all = samples.all(figure.sample)
            return Line(
                name: figure.name,
                value: value,
                unit: figure.unit.rawValue,
                low: all.min() ?? value,
                high: all.max() ?? value,
                goals: figure.goals.compactMap { $0.verdict(on: value, samples) }
            )
        }
    }

    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self)
        }
    }

    var text: String {
        let width = lines.map(\.name.count).max() ?? 0
        let columns = right("median", 11) + left("", 8) + right("low", 10) + right("high", 11)
        let head = left("", width) + columns + right("ratio", 9) + right("needed", 10)
        return ([head] + lines.flatMap { text($0, width) }).joined(separator: "\n")
    }

    /// One line, or one more for each peer that the figure is held against.
    private func text(_ line: Line, _ width: Int) -> [String] {
        let range = right(number(line.low), 10) + right(number(line.high), 11)
        let start = left(line.name, width) + right(number(line.value), 11) + left(" \(line.unit)", 8) + range
        if let goal = line.goals.first, goal.of == nil { return [start + left("", 9) + text(goal)] }
        return [start]
            + line.goals.map { goal in
                let ratio = goal.ratio.map { String(format: "%.2f", $0) } ?? ""
                return left("  of \(goal.of ?? "")", width + 40) + right(ratio, 9) + text(goal)
            }
    }

    private func text(_ goal: Verdict) -> String {
        guard let needed = goal.needed, let isReached = goal.isReached else { return "" }
        return right(needed, 10) + (isReached ? "  ok" : "  MISSED")
    }

    private func number(_ value: Double) -> String {
        value >= 1000 ? String(Int(value.rounded())) : String(format: "%.\(value >= 10 || value == 0 ? 1 : 3)f", value)
    }

    private func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension Figure.Goal {
    fileprivate func verdict(on value: Double, _ samples: Samples) -> Table.Verdict? {
        switch self {
        case .atLeast(let needed, let sample, let name):
            ratio(of: value, samples[sample], name, needed: ">= \(needed)") { $0 >= needed }
        case .atMost(let needed, let sample, let name):
            ratio(of: value, samples[sample], name, needed: "<= \(needed)") { $0 <= needed }
        case .beside(let sample, let name): ratio(of: value, samples[sample], name)
        case .below(let needed):
            Table.Verdict(of: nil, ratio: nil, needed: "< \(needed)", isReached: value < needed)
        case .none:
            Table.Verdict(of: nil, ratio: nil, needed: "none", isReached: value == 0)
        }
    }

    /// Nil beside what was not measured.
    private func ratio(
        of value: Double,
        _ base: Double?,
        _ name: String,
        needed: String? = nil,
        _ isReached: ((Double) -> Bool)? = nil
    ) -> Table.Verdict? {
        guard let base, base > 0 else { return nil }
        let ratio = value / base
        return Table.Verdict(of: name, ratio: ratio, needed: needed, isReached: isReached?(ratio))
    }
}
