import Faregate
import Foundation

/// `faregate adjust ACCOUNT -CREDITS --reason TEXT`
enum Adjust: Command {
    static let name = "adjust"
    static let synopsis = "ACCOUNT -CREDITS --reason TEXT"
    static let summary = "take credits away from an account"
    static let example = "adjust ana -90 --reason \"a zero too many\" --from ticket-4711"
    static let options: [Option] = [
        .database, .policies, .reason, .by,
        Option(
            name: "from", value: "REFERENCE",
            help: "take from the grant with this reference (default: from the grants that calls use first)"
        ),
        Option(name: "debt", value: nil, help: "if there are too few credits, record the shortage as debt"),
        Option(name: "reference", value: "TEXT", help: "makes a repeat safe: a reference takes credits once"),
    ]

    private struct Answer: Encodable {
        let account: AccountID
        let isNew: Bool
        let lots: [WithdrawalResult.Withdrawn.Lot]
        let owed: Credits
        let balance: AccountBalance
    }

    private struct Request {
        let account: AccountID
        /// Negative.
        let change: Credits
        let grant: String?
        let allowsDebt: Bool
        let reference: GrantReference
        let note: Ledger.Note
        let policy: Policy?
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let request = try request(context)
        return try await context.withLedger { ledger in
            let now = context.clock.now
            let result = try await context.gate(on: ledger, under: request.policy).adjust(
                request.account,
                by: request.change,
                from: request.grant,
                allowsDebt: request.allowsDebt,
                reference: request.reference,
                reason: request.note.reason,
                by: request.note.by
            )
            let balance = try await ledger.balance(of: request.account, at: now) ?? AccountBalance()
            switch result {
            case .taken(let withdrawn):
                let answer = Answer(
                    account: request.account, isNew: true, lots: withdrawn.lots, owed: withdrawn.owed, balance: balance)
                try context.show(answer, as: text(request, withdrawn, balance))
            case .alreadyTaken(let withdrawn):
                let answer = Answer(
                    account: request.account, isNew: false, lots: withdrawn.lots, owed: withdrawn.owed, balance: balance
                )
                let text = "already taken away under this reference; nothing more was taken"
                try context.show(answer, as: "\(text)\n\(has(request.account, balance))")
            case .unknownAccount: throw try await context.unknown(request.account, in: ledger)
            default: throw Failure.refused("\(refusal(result, request)); nothing was taken")
            }
            return .done
        }
    }

    private static func request(_ context: Context) throws -> Request {
        let words = try context.words("ACCOUNT", "-CREDITS")
        let change = Int64(words[1]).flatMap(Credits.init(rawValue:))
        guard let change, change < 0 else {
            let number = words[1].drop { $0 == "+" }
            guard Int64(number).map({ $0 > 0 }) ?? false else {
                throw Failure.misuse("-CREDITS is a whole number below 0, such as -900, not \"\(words[1])\"")
            }
            throw Failure.misuse(
                "adjust takes credits away: write -\(number); to give them: faregate grant \(words[0]) \(number)"
            )
        }
        return try Request(
            account: AccountID(words[0]),
            change: change,
            grant: context.arguments.value("from"),
            allowsDebt: context.arguments.contains("debt"),
            reference: GrantReference(context.arguments.value("reference") ?? "command:\(UUID().uuidString)"),
            note: context.note(),
            policy: context.policyIfAny()
        )
    }

    private static func text(_ request: Request, _ withdrawn: WithdrawalResult.Withdrawn, _ balance: AccountBalance)
        -> String
    {
        var lines = ["took \(count(-request.change.rawValue, "credit")) from \(request.account)"]
        lines += withdrawn.lots.map { "  \($0.credits) from \($0.reference.printable) (\($0.source.rawValue))" }
        if withdrawn.owed > 0 { lines.append("  \(withdrawn.owed) became debt") }
        return (lines + [has(request.account, balance)]).joined(separator: "\n")
    }

    private static func refusal(_ result: WithdrawalResult, _ request: Request) -> String {
        let (account, grant) = (request.account, (request.grant ?? "").printable)
        switch result {
        case .notEnough(let available) where request.grant != nil && !request.allowsDebt:
            return "grant \"\(grant)\" of \(account) has \(count(available.rawValue, "credit")) left"
                + " (--debt takes the rest from other grants and makes any shortage a debt)"
        case .notEnough(let available) where !request.allowsDebt:
            return "\(account) has \(count(available.rawValue, "credit")) (--debt makes the rest a debt)"
        case .notEnough: return "the debt of \(account) would exceed the largest possible debt, \(Credits.max)"
        case .unknownGrant: return "\(account) has no grant with the reference \"\(grant)\""
        case .referenceTaken, .taken, .alreadyTaken, .unknownAccount:
            return "this reference was used for a withdrawal of another amount or from another grant"
        }
    }
}
