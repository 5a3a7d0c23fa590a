import Faregate
import FaregateSQLite
import Foundation

/// `faregate restore BACKUP`
enum Restore: Command {
    static let name = "restore"
    static let synopsis = "BACKUP"
    static let summary = "replace the ledger with a backup; the old file is kept"
    static let example = "restore copy.faregate"
    static let options: [Option] = [.database]

    private struct Answer: Encodable {
        let file: String
        let backup: String
        /// The new path of the replaced file.
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
        var lines = ["restored \(path) from \(backup); to check it: faregate audit --database \(path)"]
        lines.append(
            "to add the purchases since the backup: faregate reconcile --provider NAME --since WHEN --adopt …"
        )
        if let kept { lines.append("the old file is now \(kept)") }
        try context.show(Answer(file: path, backup: backup, kept: kept), as: lines.joined(separator: "\n"))
        return .done
    }

    /// The file that a path leads to, in a normalised spelling.
    private static func place(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
