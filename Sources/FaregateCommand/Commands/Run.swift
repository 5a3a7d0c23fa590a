import Faregate
import Foundation

/// `faregate run ACTION --account A -- COMMAND …`
enum Run: Command {
    static let name = "run"
    static let synopsis = "ACTION --account ACCOUNT -- COMMAND …"
    static let summary = "gate any command: exit code 0 keeps the charge, any other refunds it"
    static let example = "run generate --account ana -- convert in.png out.jpg"
    static let options: [Option] = [
        .database, .policies, .attribute, .units,
        Option(name: "account", value: "ACCOUNT", help: "the account that pays"),
        Option(name: "member", value: "MEMBER", help: "the member of the account that calls"),
        Option(name: "key", value: "KEY", help: "idempotency key: the same key never charges twice"),
    ]

    /// The exit code of timeout(1).
    private static let timedOut = ExitCode(rawValue: 124)

    static func run(_ context: Context) async throws -> ExitCode {
        let action = try context.words("ACTION")[0]
        guard let command = context.arguments.afterDashes, !command.isEmpty else {
            throw Failure.misuse("say what to run: -- COMMAND …")
        }
        let policy = try context.policy()
        let call = try call(context, to: policy.action(named: action))
        return try await context.withLedger(withHousekeeping: true) { ledger in
            let child = ChildProcess(command)
            let gate = Gate(ledger: Ledger(ledger), policies: policy, settlement: .durable, observer: reportUnclosed)
            do {
                let status = try await gate.run(
                    action,
                    for: call.account,
                    member: call.member,
                    attributes: call.attributes,
                    units: call.units,
                    key: call.key,
                    isFailure: { $0 != 0 },
                    operation: { _ in try await child.run() }
                )
                return ExitCode(rawValue: status)
            } catch let refusal as Refusal {
                let problem = refusal.problem
                Output.error(
                    context.asJSON
                        ? String(decoding: problem.body, as: UTF8.self)
                        : "faregate run: refused (\(problem.status) \(problem.title)): \(problem.detail)"
                )
                return .refused
            } catch let error as Gate.TimedOut {
                Output.error("faregate run: \(error)")
                await child.waitUntilEnded()
                return timedOut
            } catch let error as ChildProcess.NotStarted {
                Output.error("faregate run: \(error)")
                return ExitCode(rawValue: error.exitCode)
            }
        }
    }

    private static func call(_ context: Context, to action: Policy.Action?) throws -> Gate.CallRequest {
        guard let account = try context.arguments.value("account") else {
            throw Failure.misuse("say who pays: --account ACCOUNT")
        }
        return Gate.CallRequest(
            account: try AccountID(account),
            member: try context.arguments.value("member").map { try MemberID($0) },
            attributes: try context.arguments.attributes(for: action),
            units: try context.arguments.units() ?? [:],
            key: try context.arguments.value("key").map { try IdempotencyKey($0) }
        )
    }

    /// Reports a charge that could not be closed, which the exit code doesn't show.
    @Sendable private static func reportUnclosed(_ event: GateEvent) {
        guard event.name == .leftOpen, let charge = event.call, let error = event.error else { return }
        Output.error("faregate run: charge \(charge) could not be closed: \(error)")
    }
}
