import Faregate
import FaregateBooks
import FaregateSQLite

extension Option {
    static let archive = Option(
        name: "archive", value: "FILE", help: "also read the calls that faregate archive moved to this file"
    )
}

extension Context {
    /// The archive that `--archive` names.
    var archive: Archive? {
        get throws { try arguments.value(Option.archive.name).map { Archive(path: $0) } }
    }
}

/// `faregate archive --before WHEN --to FILE`
enum ArchiveCommand: Command {
    static let name = "archive"
    static let synopsis = "--before WHEN --to FILE"
    static let summary = "move old closed calls into a second file"
    static let example = "archive --before 400d --to old.archive"
    static let options: [Option] = [
        .database, .policies,
        Option(name: "before", value: "WHEN", help: "move calls closed before this: \(Context.momentHelp)"),
        Option(name: "to", value: "FILE", help: "the archive; it is created, or added to if it exists"),
    ]

    private struct Answer: Encodable {
        let file: String
        let before: Timestamp
        let charges: Int
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        guard let moment = try context.moment("before") else {
            throw Failure.misuse("say which calls to move: --before 2026-01-01, or --before 400d (400 days ago)")
        }
        guard let file = try context.arguments.value("to"), !file.isEmpty else {
            throw Failure.misuse("name the archive: --to FILE")
        }
        let bar = ProgressBar(clock: context.clock)
        defer { bar.end() }
        let moved = try await context.withLedger { ledger in
            try await ledger.archive(closedBefore: moment, to: file, at: context.clock.now) { bar.show($0) }
        }
        bar.end()
        try context.show(
            Answer(file: file, before: moment, charges: moved), as: text(moved, before: moment, file, context))
        return .done
    }

    private static func text(
        _ moved: Int, before moment: Timestamp, _ file: String, _ context: Context
    ) throws -> String {
        guard moved > 0 else { return "no call that was closed before \(moment.toSecond) can be moved" }
        let next =
            try Context.isPostgres(context.databasePath)
            ? "PostgreSQL's vacuum makes room for new calls" : "faregate vacuum makes the ledger's file smaller"
        return """
            moved \(count(moved, "call")) that \(moved == 1 ? "was" : "were") closed before \(moment.toSecond)
            to \(file); \(next)
            """
    }
}

extension ProgressBar {
    fileprivate func show(_ progress: SQLiteLedger.ArchiveProgress) {
        switch progress.step {
        case .copyingEntries, .copyingCharges:
            show(Int(progress.fraction * 1000), of: 1000, progress.step.rawValue)
        case .removing:
            show(progress.charges, "calls moved")
        }
    }
}
