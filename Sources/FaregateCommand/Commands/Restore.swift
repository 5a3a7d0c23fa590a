import Faregate
import FaregateSQLite
import Foundation

/// `faregate restore BACKUP`
enum Restore: Command {
    static let name = "restore"
    static let synopsis = "BACKUP"
    static let summary = "put a backup in the ledger's place; the old is kept"
    static let options: [Option] = [.database]

    private struct Answer: Encodable {
        let file: String
        let backup: String
        /// Where the file that was there lies now.
        let kept: String?
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let backup = try context.words("BACKUP")[0]
        guard !backup.isEmpty else { throw Failure.misuse("BACKUP is empty; name the file to restore") }
        let path = try context.databasePath
        guard place(backup) != place(path) else {
            throw Failure.misuse("\(backup) is the ledger itself; name a backup of it")
        }
        let kept = try await SQLiteLedger.restore(backup, to: path)
        var lines = ["restored \(path) from \(backup); prove it: faregate audit --database \(path)"]
        lines.append(
            "what was bought since the backup is missing: faregate reconcile --provider NAME --since WHEN --adopt …"
        )
        if let kept { lines.append("the file that was there is kept: \(kept)") }
        try context.show(Answer(file: path, backup: backup, kept: kept), as: lines.joined(separator: "\n"))
        return .done
    }

    /// The file that a path leads to, however it is written.
    private static func place(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
