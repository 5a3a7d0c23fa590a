import Faregate
import FaregateBooks
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

    static let details = """
        With --json, the last line on standard error is the charge, as explain --json
        prints it, or the problem if the call was refused. Standard output is the
        command's.
        """

    /// The exit code of timeout(1).
    private static let timedOut = ExitCode(rawValue: 124)

    static func run(_ context: Context) async throws -> ExitCode {
        guard context.arguments.positional.count <= 1 || context.arguments.afterDashes != nil else {
            throw Failure.misuse(
                "write -- before the command to run: -- \(context.arguments.positional[1].printable) …")
        }
        let action = try context.words("ACTION")[0]
        guard let command = context.arguments.afterDashes, !command.isEmpty else {
            throw Failure.misuse("say what to run: -- COMMAND …")
        }
        let policy = try context.policy()
        let call = try call(context, to: policy.action(named: action))
        return try await context.withLedger(withHousekeeping: true) { ledger in
            let child = ChildProcess(command)
            let charge = Mutex<ChargeID?>(nil)
            let gate = Gate(
                ledger: Ledger(ledger), policies: context.keptOrNamed(policy), settlement: .durable,
                observer: reportUnclosed)
            do {
                let status = try await gate.run(
                    action,
                    for: call.account,
                    member: call.member,
                    attributes: call.attributes,
                    units: call.units,
                    key: call.key,
                    isFailure: { $0 != 0 },
                    operation: { open in
                        charge.withLock { $0 = open.id }
                        return try await child.run()
                    }
                )
                try await report(charge.withLock(\.self), in: ledger, context)
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
                try await report(charge.withLock(\.self), in: ledger, context)
                return timedOut
            } catch let error as ChildProcess.NotStarted {
                Output.error("faregate run: \(error)")
                try await report(charge.withLock(\.self), in: ledger, context)
                return ExitCode(rawValue: error.exitCode)
            }
        }
    }

    /// With `--json`, prints the charge as `explain --json` does, in one line on standard error: standard output is the
    /// command's. Null for a call that wasn't charged.
    private static func report(_ charge: ChargeID?, in ledger: any SQLLedger, _ context: Context) async throws {
        guard context.asJSON else { return }
        let explanation: Ledger.ChargeExplanation? =
            if let charge { try await ledger.explain(charge) } else { nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Output.error(String(decoding: try encoder.encode(explanation), as: UTF8.self))
    }

    private static func call(_ context: Context, to action: Policy.Action?) throws -> Gate.CallRequest {
        guard let account = try context.arguments.value("account") else {
            throw Failure.misuse("say who pays: --account ACCOUNT")
        }
        return Gate.CallRequest(
            account: try AccountID(account),
            member: try context.arguments.value("member").map { try MemberID($0) },
            attributes: try context.attributes(for: action),
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
