import Faregate
import FaregateBooks

/// `faregate explain CHARGE|REFUSAL`
enum Explain: Command {
    static let name = "explain"
    static let synopsis = "CHARGE|REFUSAL"
    static let summary = "why a charge cost what it did, or why a call was refused"
    static let example = "explain 4711"
    static let options: [Option] = [.database, .archive, .policies]

    static func run(_ context: Context) async throws -> ExitCode {
        let word = try context.words("CHARGE or REFUSAL")[0]
        if let number = Int64(word), number > 0 { return try await explain(ChargeID(rawValue: number), context) }
        guard word.hasPrefix("r") else {
            throw Failure.misuse("name a charge by its number, or a refusal by its id (r…), not \"\(word)\"")
        }
        guard try context.arguments.value(Option.archive.name) == nil else {
            throw Failure.misuse("refusals are never moved to an archive; leave out --archive")
        }
        return try await explain(Refusal.ID(word), context)
    }

    private static func explain(_ charge: ChargeID, _ context: Context) async throws -> ExitCode {
        let archive = try context.arguments.value(Option.archive.name)
        let explanation = try await context.withLedger { try await $0.explain(charge, archive: context.archive) }
        guard let explanation else {
            throw Failure.refused(
                archive.map { "neither the ledger nor \($0) has a charge \(charge)" }
                    ?? "the ledger has no charge \(charge); if it was moved to an archive: --archive FILE"
            )
        }
        let version = explanation.policyVersion
        let kept = try await context.withLedger { try await $0.keptPolicy(version)?.policy }
        // An old charge can be explained even if the present files have a mistake.
        let policy = try? kept ?? context.loadedPolicyIfAny()
        let rule = policy?.recordedRule(at: explanation.rule, of: explanation.action, version: version)
        try context.show(explanation, as: text(explanation, rule))
        return .done
    }

    private static func explain(_ refusal: Refusal.ID, _ context: Context) async throws -> ExitCode {
        guard let record = try await context.withLedger({ try await $0.explain(refusal) }) else {
            throw Failure.refused("the ledger has no refusal \(refusal); only the latest ones are kept")
        }
        try context.show(record, as: text(record))
        return .done
    }
}

extension Explain {
    /// - Parameters:
    ///   - charge: the charge.
    ///   - rule: the price rule, if it is known.
    private static func text(_ charge: Ledger.ChargeExplanation, _ rule: Policy.RecordedRule?) -> String {
        let sum = rule.map { ChargeSum(charge, $0).lines } ?? []
        var lines = ["charge \(charge.charge): \(sentence(charge))", ""]
        lines += facts([
            ("account", charge.account.rawValue + (charge.member.map { ", member \($0)" } ?? "")),
            ("price", "\(charge.quoted)" + (rule.map { ", \($0.text)" } ?? "") + ", set by \(charge.rule)"),
            ("policy", "version \(charge.policyVersion)"),
            ("plan", charge.plan),
            ("attributes", attributes(charge.attributes)),
            ("expected", units(charge.units)),
            ("used", charge.used.flatMap(units)),
            ("made", charge.createdAt.toSecond),
            (
                "closed",
                charge.closedAt.map {
                    $0.toSecond + (charge.reason.map { " (\(RefundReason(rawValue: $0).inWords))" } ?? "")
                }
            ),
            ("debt", charge.debt > 0 ? "\(charge.debt) of the cost became debt" : nil),
            ("unpaid", charge.short > 0 ? "\(charge.short) more than the account had; not owed" : nil),
            ("given back", charge.givenBack.map(givenBack)),
            ("in place of", charge.follows.map { "charge \($0), refunded as abandoned" }),
            ("shadow", charge.shadow),
        ])
        if !sum.isEmpty { lines += [""] + sum.map(\.printable) }
        if !charge.payments.isEmpty { lines += ["", payments(charge)] }
        if !charge.limits.isEmpty {
            let rows = charge.limits.map { limit in
                [limit.amount.description, limit.name.printable, limit.windowStart?.toSecond ?? "rolling"]
            }
            lines += ["", Output.table(["counted", "limit", "window from"], rows, rightAligned: ["counted"])]
        }
        return lines.joined(separator: "\n")
    }

    private static func givenBack(_ made: Ledger.GivenBack) -> String {
        "\(made.credits) on \(made.at.toSecond) by \(made.by): \(made.reason)"
    }

    private static func payments(_ charge: Ledger.ChargeExplanation) -> String {
        guard charge.state != .refunded else {
            let rows = charge.payments.map { [source($0), $0.reference.printable] }
            return Output.table(["returned to", "reference"], rows)
        }
        let what = charge.state == .held ? "holds" : "paid"
        let rows = charge.payments.map { [$0.credits.description, source($0), $0.reference.printable] }
        return Output.table([what, "from", "reference"], rows, rightAligned: [what])
    }

    /// `promotion`, or `promotion for chat` for credits that pay only for some actions.
    private static func source(_ payment: Ledger.ChargeExplanation.Payment) -> String {
        payment.source.rawValue + (payment.actions.map { " for \(listInWords($0))" } ?? "")
    }

    private static func sentence(_ charge: Ledger.ChargeExplanation) -> String {
        let cost = "\(charge.cost) \(charge.cost == 1 ? "credit" : "credits")"
        return switch charge.state {
        case .held: "\(charge.action.printable) holds \(cost)"
        case .settled:
            "\(charge.action.printable) cost \(cost)"
                + (charge.givenBack.map { "; \($0.credits) of them were given back later" } ?? "")
        case .refunded: "\(charge.action.printable) was refunded and cost nothing"
        }
    }

    private static func text(_ refusal: Refusal.Record) -> String {
        var lines = ["refusal \(refusal.id): \(refusal.detail.printable)", ""]
        lines += facts([
            ("kind", refusal.kind),
            ("account", refusal.account.rawValue + (refusal.member.map { ", member \($0)" } ?? "")),
            ("action", refusal.action),
            ("refused", refusal.at.toSecond),
            ("rule", refusal.rule),
            ("policy", refusal.policyVersion.map { "version \($0)" }),
            ("allowed", refusal.retryAt.map { "from \($0.toSecond) on" }),
            ("allowed", refusal.shortfall.map { "with \(count($0.rawValue, "more credit"))" }),
        ])
        return lines.joined(separator: "\n")
    }

    private static func attributes(_ attributes: Attributes) -> String? {
        guard !attributes.isEmpty else { return nil }
        return attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: ", ")
    }

    /// "812 output_tokens, 1200 input_tokens".
    private static func units(_ units: Units) -> String? {
        guard !units.isEmpty else { return nil }
        return units.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    /// The facts that are present, in two columns.
    private static func facts(_ facts: [(String, String?)]) -> [String] {
        facts.compactMap { name, value in value.map { "  " + name.padded(to: 12) + $0.printable } }
    }
}
