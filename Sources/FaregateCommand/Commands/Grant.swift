import Faregate
import Foundation

/// `faregate grant ACCOUNT CREDITS`
enum GrantCommand: Command {
    static let name = "grant"
    static let synopsis = "ACCOUNT CREDITS"
    static let summary = "give an account credits"
    static let example = "grant ana 100 --reason sorry --reference ticket-4711"
    static let options: [Option] = [
        .database, .policies,
        Option(name: "reference", value: "TEXT", help: "makes a repeat safe: a reference grants credits once"),
        Option(
            name: "source", value: "SOURCE", help: "promotion or adjustment (default: adjustment)",
            choices: ["promotion", "adjustment"]
        ),
        Option(name: "expires", value: "WHEN", help: "when the credits end (default: never): \(Context.endHelp)"),
        Option(name: "reason", value: "TEXT", help: "why; shown in the account's history"),
        .by,
    ]

    private struct Answer: Encodable {
        let account: AccountID
        let grant: GrantID
        let isNew: Bool
        /// When the new credits end; left out if they don't, or if nothing was granted.
        let expiresAt: Timestamp?
        let balance: AccountBalance
    }

    private struct Request {
        let account: AccountID
        let credits: Credits
        let source: GrantSource
        let reference: GrantReference
        let expiresAt: Timestamp?
        let reason: String?
        let by: String
        let policy: Policy?
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let request = try request(context)
        return try await context.withLedger { ledger in
            let now = context.clock.now
            let isKnown = try await ledger.balance(of: request.account, at: now) != nil
            guard isKnown || request.policy?.defaultPlan != nil else {
                throw Failure.refused(
                    "the ledger has no account \"\(request.account)\"; to open it, name the policy: --policies PATH"
                )
            }
            let result = try await context.gate(on: ledger, under: request.policy).grant(
                request.credits,
                to: request.account,
                as: request.source,
                reference: request.reference,
                expires: request.expiresAt ?? .never,
                reason: request.reason,
                by: request.by
            )
            let balance = try await ledger.balance(of: request.account, at: now) ?? AccountBalance()
            return try show(result, request, balance, context)
        }
    }

    private static func show(
        _ result: GrantResult, _ request: Request, _ balance: AccountBalance, _ context: Context
    ) throws -> ExitCode {
        switch result {
        case .granted(let id):
            let end = request.expiresAt.map { " until \($0.toSecond)" } ?? ""
            let text = "granted \(count(request.credits.rawValue, "credit"))\(end); \(has(request.account, balance))"
            let answer = Answer(
                account: request.account, grant: id, isNew: true, expiresAt: request.expiresAt, balance: balance)
            try context.show(answer, as: text)
        case .alreadyGranted(let id):
            let text = "already granted under this reference; nothing was added. \(has(request.account, balance))"
            let answer = Answer(account: request.account, grant: id, isNew: false, expiresAt: nil, balance: balance)
            try context.show(answer, as: text)
        case .referenceTaken(let id):
            throw Failure.refused(
                "this reference was used for another grant (\(id)); nothing was granted. Choose another reference")
        }
        return .done
    }

    private static func request(_ context: Context) throws -> Request {
        let words = try context.words("ACCOUNT", "CREDITS")
        guard let credits = Int64(words[1]).flatMap(Credits.init(rawValue:)), credits > 0 else {
            throw Failure.misuse("grant only adds credits: give a whole number of 1 or more, not \"\(words[1])\"")
        }
        let source = try context.arguments.value("source") ?? GrantSource.adjustment.rawValue
        guard let source = GrantSource(rawValue: source), [.promotion, .adjustment].contains(source) else {
            throw Failure.misuse("--source is promotion or adjustment, not \"\(source)\"")
        }
        return try Request(
            account: AccountID(words[0]),
            credits: credits,
            source: source,
            reference: GrantReference(context.arguments.value("reference") ?? "command:\(UUID().uuidString)"),
            expiresAt: context.end("expires"),
            reason: context.arguments.value("reason"),
            by: context.by,
            policy: context.policyIfAny()
        )
    }
}
