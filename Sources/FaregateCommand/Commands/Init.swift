import Faregate
import FaregateSQLite
import Foundation

/// `faregate init [PATH]`
enum Init: Command {
    static let name = "init"
    static let synopsis = "[PATH]"
    static let summary = "make a ledger in a new file or in a PostgreSQL database"
    static let example = "init credits.faregate"
    static let options: [Option] = [.database]

    private struct Answer: Encodable {
        let file: String
    }

    static func run(_ context: Context) async throws -> ExitCode {
        let path = try path(context)
        if Context.isPostgres(path) {
            let ledger = try await Postgres.open(path, creating: true, clock: nil)
            await ledger.close()
            // Without the address, which can have a password.
            try context.show(Answer(file: "PostgreSQL"), as: "the PostgreSQL database has a ledger")
            return .done
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Failure.refused("\(path) exists already; init never replaces a file, and nothing was changed")
        }
        try await SQLiteLedger.open(path, trace: nil).close()
        try context.show(Answer(file: path), as: "made an empty ledger: \(path)")
        return .done
    }

    private static func path(_ context: Context) throws -> String {
        let words = context.arguments.positional
        guard words.count <= 1 else { throw Failure.misuse("give one PATH") }
        guard let path = words.first else {
            guard let path = try context.databasePathIfAny else {
                throw Failure.misuse("name the file to make, such as faregate \(example)")
            }
            return path
        }
        guard try context.arguments.value(Option.database.name) == nil else {
            throw Failure.misuse("name the ledger once: as PATH or with --database")
        }
        guard !path.isEmpty else { throw Failure.misuse("PATH is empty; name the file to make") }
        return path
    }
}
