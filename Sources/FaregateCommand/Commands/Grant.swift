import Faregate
import FaregateBooks
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
        Option(
            name: "for", value: "ACTIONS",
            help: "the actions that the credits pay for, such as chat,export (default: all)"),
        Option(name: "reason", value: "TEXT", help: "why; shown in the account's history"),
        .by, .existing,
    ]

    private struct Answer: Encodable {
        let account: AccountID
        let grant: GrantID
        let isNew: Bool
        /// Whether the command opened the account.
        let isNewAccount: Bool
        /// The actions that the credits pay for; left out if they pay for all, or if nothing was granted.
        let actions: [String]?
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
        /// Nil for all.
        let actions: [String]?
        let reason: String?
        let by: String
        let policy: Policy?
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let request = try request(context)
        return try await context.withLedger { ledger in
            let now = context.clock.now
            let isKnown = try await isKnown(request, in: ledger, context)
            let result = try await context.gate(on: ledger, under: request.policy).grant(
                request.credits,
                to: request.account,
                as: request.source,
                reference: request.reference,
                expires: request.expiresAt ?? .never,
                for: request.actions,
                reason: request.reason,
                by: request.by
            )
            let balance = try await ledger.balance(of: request.account, at: now) ?? AccountBalance()
            if !isKnown { try await context.reportOpened(request.account, by: Self.self, in: ledger) }
            return try show(result, request, balance, isNewAccount: !isKnown, context)
        }
    }

    /// - Throws: ``Failure`` if the account is new, and can't or must not be opened.
    private static func isKnown(_ request: Request, in ledger: any SQLLedger, _ context: Context) async throws -> Bool {
        guard try await ledger.balance(of: request.account, at: context.clock.now) == nil else { return true }
        let unknown = try await context.unknown(request.account, in: ledger)
        guard !context.arguments.contains(Option.existing.name) else { throw unknown }
        guard request.policy?.defaultPlan != nil else {
            throw Failure.refused("\(unknown.message); to open it, name the policy: --policies PATH")
        }
        return false
    }

    private static func show(
        _ result: GrantResult, _ request: Request, _ balance: AccountBalance, isNewAccount: Bool, _ context: Context
    ) throws -> ExitCode {
        func answer(_ grant: GrantID, isNew: Bool) -> Answer {
            Answer(
                account: request.account, grant: grant, isNew: isNew, isNewAccount: isNewAccount,
                actions: isNew ? request.actions : nil, expiresAt: isNew ? request.expiresAt : nil, balance: balance)
        }
        switch result {
        case .granted(let id):
            let end = request.expiresAt.map { " until \($0.toSecond)" } ?? ""
            let purpose = request.actions.map { " for \(listInWords($0))" } ?? ""
            let granted = "granted \(count(request.credits.rawValue, "credit"))\(purpose)\(end)"
            try context.show(answer(id, isNew: true), as: "\(granted); \(has(request.account, balance))")
        case .alreadyGranted(let id):
            let text = "already granted under this reference; nothing was added. \(has(request.account, balance))"
            try context.show(answer(id, isNew: false), as: text)
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
        let actions = try context.arguments.value("for").map { $0.split { ", ".contains($0) }.map(String.init) }
        let policy = try context.policyIfAny()
        guard actions == nil || policy != nil else {
            throw Failure.misuse("--for names actions of the policy, so name the policy too: --policies PATH")
        }
        return try Request(
            account: AccountID(words[0]),
            credits: credits,
            source: source,
            reference: GrantReference(context.arguments.value("reference") ?? "command:\(UUID().uuidString)"),
            expiresAt: context.end("expires"),
            actions: actions,
            reason: context.arguments.value("reason"),
            by: context.by,
            policy: policy
        )
    }
}
