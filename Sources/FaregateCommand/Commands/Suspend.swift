import Faregate

/// `faregate suspend ACCOUNT`
enum Suspend: Command {
    static let name = "suspend"
    static let synopsis = "ACCOUNT --reason TEXT"
    static let summary = "refuse every call of an account, or (--resume) let it call again"
    static let example = "suspend ana --reason chargeback"
    static let options: [Option] = [
        .database, .policies, .reason, .by,
        Option(name: "resume", value: nil, help: "end the suspension"),
    ]

    private struct Answer: Encodable {
        let account: AccountID
        let changed: Bool
        let suspendedAt: Timestamp?
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let account = try AccountID(context.words("ACCOUNT")[0])
        let note = try context.note()
        let resumes = context.arguments.contains("resume")
        return try await context.withLedger { ledger in
            let gate = context.gate(on: ledger)
            let changed =
                try await resumes
                ? gate.resume(account, reason: note.reason, by: note.by)
                : gate.suspend(account, reason: note.reason, by: note.by)
            let balance = try await context.found(
                ledger.balance(of: account, at: context.clock.now), of: account, in: ledger)
            let answer = Answer(account: account, changed: changed, suspendedAt: balance.suspendedAt)
            try context.show(answer, as: text(answer, resumes: resumes))
            return .done
        }
    }

    private static func text(_ answer: Answer, resumes: Bool) -> String {
        switch (resumes, answer.changed) {
        case (false, true): "\(answer.account) is suspended: new calls are refused, open calls may still finish"
        case (false, false): "\(answer.account) is already suspended, since \(answer.suspendedAt?.toSecond ?? "")"
        case (true, true): "\(answer.account) may call again"
        case (true, false): "\(answer.account) was not suspended"
        }
    }
}
