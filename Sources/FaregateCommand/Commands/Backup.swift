import Faregate
import FaregateSQLite
import Foundation

/// `faregate backup FILE`
enum Backup: Command {
    static let name = "backup"
    static let synopsis = "FILE"
    static let summary = "copy the ledger into a new file, even while calls run"
    static let example = "backup copy.faregate"
    static let options: [Option] = [.database]

    private struct Answer: Encodable {
        let file: String
        let bytes: Int
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let file = try context.words("FILE")[0]
        guard !file.isEmpty else { throw Failure.misuse("FILE is empty; name the file to make") }
        let bar = ProgressBar(clock: context.clock)
        defer { bar.end() }
        try await context.withSQLiteLedger { ledger in
            try await ledger.backup(to: file) { bar.show($0.copiedPages, of: $0.totalPages, "copied") }
        }
        bar.end()
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        let bytes = (attributes[.size] as? NSNumber)?.intValue ?? 0
        let text = "copied the ledger to \(file) (\(bytes) bytes); to check the copy: faregate audit --database \(file)"
        try context.show(Answer(file: file, bytes: bytes), as: text)
        return .done
    }
}
