import Faregate
import FaregateBooks

/// The report as text, in lines of at most 80 columns.
extension Report {
    /// Longer names are cut; `--json` has them whole.
    private static let longestName = 32

    var words: String {
        let blocks = [
            head, usageWords, usage.total.calls > 0 ? spanWords : nil, creditWords, refusalWords, shadowWords,
            accountWords, holdWords, purchaseWords,
        ]
        return blocks.compactMap(\.self).joined(separator: "\n\n").split(
            separator: "\n", omittingEmptySubsequences: false
        )
        .map { String($0).shortened(to: 80) }.joined(separator: "\n")
    }

    private var head: String {
        let policy = policyVersion.map { "policy \($0)" } ?? "no policy given"
        let lines = [
            "\(ledger.printable): \(since.toSecond) until \(until.toSecond)",
            "time zone \(timeZone), \(policy), made \(createdAt.toSecond)", gap,
        ]
        return lines.compactMap { $0.map(Report.lines) }.joined(separator: "\n")
    }

    private static func lines(_ text: String) -> String { wrapped(text, width: 80).joined(separator: "\n") }

    private static func name(_ text: String) -> String { text.printable.shortened(to: longestName) }

    private static func sums(_ name: String, _ rows: [(String, Usage.Sum)]) -> String {
        let cells = rows.map { name, sum in
            [Report.name(name), "\(sum.calls)", "\(sum.credits)", "\(sum.refundedCalls)", "\(sum.openCalls)"]
        }
        let numbers = ["calls", "credits", "refunded", "open"]
        return Output.table([name] + numbers, cells, rightAligned: Set(numbers))
    }

    private var usageWords: String {
        guard usage.total.calls > 0 else { return "No calls." }
        let actions = usage.actions
        let rest = actions.dropFirst(Report.listed).reduce(into: Usage.Sum()) { $0.add($1.sum) }
        let rows =
            actions.prefix(Report.listed).map { ($0.action, $0.sum) }
            + (rest.calls > 0 ? [("\(actions.count - Report.listed) others", rest)] : [])
        return Report.sums("action", rows + [("total", usage.total)])
    }

    private var spanWords: String {
        let spans = usage.spans
        return Report.sums(spans.unit.heading, spans.labels.indices.map { (spans.labels[$0], usage.total(of: $0)) })
    }

    private var creditWords: String {
        let rows = incoming.map { ("+ " + $0.name, $0.credits) } + outgoing.map { ("- " + $0.name, $0.credits) }
        return Output.table(["credits", "sum"], rows.map { [$0.0, "\($0.1)"] }, rightAligned: ["sum"])
    }

    private var refusalWords: String {
        guard refusals.count > 0 else { return "No refusals." }
        let rows = refusals.groups.prefix(Report.listed).map {
            [Report.name(Refusal.Record.words(for: $0.reason)), Report.name($0.action), "\($0.refusals)"]
        }
        let table = Output.table(["refused because", "action", "calls"], rows, rightAligned: ["calls"])
        let rest = refusals.groups.count - rows.count
        let more = rest > 0 ? "and \(count(rest, "more line")); --json has all" : nil
        return [table, more, refusals.gap.map(Report.lines)].compactMap(\.self).joined(separator: "\n")
    }

    private var shadowWords: String {
        let sentences = shadow.sentences.map { Report.lines($0.printable) }
        return sentences.isEmpty ? Report.lines(ReportShadow.none) : sentences.joined(separator: "\n")
    }

    private var accountWords: String {
        let sentence = Report.lines(accounts.sentence)
        guard accounts.found.lowCount > 0 else {
            return sentence + "\n" + Report.lines("No account that changed in this period has \(accounts.condition).")
        }
        let rows = accounts.found.low.map { account in
            [
                Report.name(account.account.rawValue), "\(account.remaining)", "\(account.debt)",
                account.plan.map { $0.printable.shortened(to: 12) } ?? "", account.isSuspended ? "suspended" : "",
            ]
        }
        let table = Output.table(
            [accounts.condition, "credits", "owes", "plan", ""], rows, rightAligned: ["credits", "owes"])
        let rest = accounts.found.lowCount - rows.count
        return sentence + "\n" + table + (rest > 0 ? "\nand \(count(rest, "more account"))" : "")
    }

    private var holdWords: String {
        guard holds.count > 0 else { return "No call is open." }
        let rows = holds.oldest.map { charge in
            [
                charge.id.description, Report.name(charge.account.rawValue), charge.action.printable.shortened(to: 16),
                charge.cost.description, charge.createdAt.toMinute,
            ]
        }
        let table = Output.table(
            ["open", "account", "action", "credits", "since"], rows, rightAligned: ["open", "credits"])
        let rest = holds.count - rows.count
        return [table, rest > 0 ? "and \(count(rest, "more open call"))" : nil, holds.nextStep.map(Report.lines)]
            .compactMap(\.self).joined(separator: "\n")
    }

    private var purchaseWords: String {
        var lines = purchases.flagged.map { purchase in
            Report.lines("\(purchase.id), \(Report.name(purchase.account.rawValue)), \(purchase.price), ".printable)
                + "\n" + [purchase.review, purchase.nextStep].map { Output.item($0.printable) }.joined(separator: "\n")
        }
        if lines.isEmpty { lines.append("No purchase needs a person.") }
        return (lines + [purchases.more, purchases.inbox].compactMap { $0.map(Report.lines) }).joined(separator: "\n")
    }
}
