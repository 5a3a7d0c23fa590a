import Faregate
import FaregateBooks
import FaregateSQLite
import Foundation

/// `faregate copy --from LEDGER --to LEDGER [--restart]`, `faregate copy --reopen LEDGER`
enum Copy: Command {
    static let name = "copy"
    static let synopsis = "--from LEDGER --to LEDGER"
    static let summary = "move a ledger from a file to PostgreSQL, or back"
    static let example = "copy --from credits.faregate --to postgres://db/shop"
    static let options: [Option] = [
        Option(name: "from", value: "LEDGER", help: "the ledger: a file, or an address that begins with postgres://"),
        Option(name: "to", value: "LEDGER", help: "the new ledger, of the other kind; it must not exist"),
        Option(name: "restart", value: nil, help: "begin an unfinished copy anew"),
        Option(name: "reopen", value: "LEDGER", help: "reopen an old ledger that was moved"), .yes,
    ]
    static let details = """
        Stop every server that uses the ledger first, and start them with the new one
        afterwards. If the copy is interrupted, run the same command again: it goes on
        where it stopped. Both ledgers are audited, and all rows are compared. The old
        ledger is then marked as moved, and can't be opened any more, unless --reopen
        makes it usable again, without the calls since it was moved.

        example: faregate copy --from credits.faregate \\
                     --to postgres://shop@db.example.com/shop
        """

    private struct Answer: Encodable {
        let from: String
        let to: String
        let accounts: Int64
        let credits: Int64
        let held: Int64
        let debt: Int64
        let charges: Int64
        let purchases: Int64
        let rows: Int

        init(_ summary: LedgerCopy.Summary) {
            (from, to, rows) = (summary.from, summary.to, summary.rows)
            (accounts, credits, held) = (summary.sums.accounts, summary.sums.credits, summary.sums.held)
            (debt, charges, purchases) = (summary.sums.debt, summary.sums.charges, summary.sums.purchases)
        }
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        if let old = try context.arguments.value("reopen") { return try await reopen(old, context) }
        let (from, to) = (try place("from", context), try place("to", context))
        guard Context.isPostgres(from) != Context.isPostgres(to) else {
            throw Failure.misuse(
                Context.isPostgres(from)
                    ? "copy moves a ledger between a file and a PostgreSQL database; one of the two must be a file"
                    : "both are files; to copy a ledger's file: faregate backup"
            )
        }
        let bar = ProgressBar(clock: context.clock)
        defer { bar.end() }
        let summary = try await LedgerCopy.run(
            from: try source(from), to: try target(to), isRestarting: context.arguments.contains("restart"),
            at: context.clock.now
        ) { bar.show($0.completed, of: $0.total, $0.step) }
        bar.end()
        try context.show(Answer(summary), as: text(summary))
        return .done
    }

    private struct Reopened: Encodable {
        let ledger: String
        let movedTo: String
    }

    private static func reopen(_ old: String, _ context: Context) async throws -> ExitCode {
        guard !context.arguments.contains("from"), !context.arguments.contains("to") else {
            throw Failure.misuse("use --reopen by itself: it copies nothing")
        }
        let warning = "calls since the move are not in it; never run servers on both ledgers"
        guard context.agrees(to: "open the old ledger again?", showing: [warning]) else {
            throw Failure.refused("nothing was changed; add --yes to open the old ledger again (\(warning))")
        }
        let movedTo =
            try await Context.isPostgres(old) ? Postgres.reopenMoved(old) : SQLiteLedger.reopenMoved(old)
        let name = Context.isPostgres(old) ? "the PostgreSQL database" : old
        try context.show(
            Reopened(ledger: name, movedTo: movedTo),
            as: "\(name) can be opened again; don't use \(movedTo) beside it"
        )
        return .done
    }

    private static func place(_ option: String, _ context: Context) throws -> String {
        guard let place = try context.arguments.value(option), !place.isEmpty else {
            throw Failure.misuse("say which ledger: --\(option) FILE, or --\(option) postgres://…")
        }
        return place
    }

    private static func source(
        _ place: String
    ) throws -> @Sendable () throws(LedgerError) -> any CopySource {
        guard !Context.isPostgres(place) else { return try Postgres.copySource(place) }
        return { () throws(LedgerError) in try SQLiteCopySource(place) }
    }

    private static func target(
        _ place: String
    ) throws -> @Sendable () throws(LedgerError) -> any CopyTarget {
        guard !Context.isPostgres(place) else { return try Postgres.copyTarget(place) }
        return { () throws(LedgerError) in SQLiteCopyTarget(place) }
    }

    private static func text(_ summary: LedgerCopy.Summary) -> String {
        let sums = summary.sums
        var lines = [
            "moved \(summary.from)", "to \(summary.to):",
            "\(count(sums.accounts, "account")), \(count(sums.credits, "credit")) (and \(sums.held) held), "
                + "\(count(sums.charges, "charge")), \(count(sums.purchases, "purchase"))",
            "Both audits are clean, and all \(count(summary.rows, "row")) are the same.", "",
            "Next: set FAREGATE_DATABASE to the new ledger, and start the servers.",
            "The old ledger can't be opened any more. Keep it as a backup, or delete it.",
        ]
        if summary.hasArchive {
            lines.append("The archive of old calls stays where it is: name it with --archive, as before.")
        }
        return lines.joined(separator: "\n")
    }
}
