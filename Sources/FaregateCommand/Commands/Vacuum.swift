import Faregate
import FaregateSQLite
import Foundation

/// `faregate vacuum`
enum Vacuum: Command {
    static let name = "vacuum"
    static let synopsis = ""
    static let summary = "return the file's unused space to the disk; calls wait"
    static let example = "vacuum"
    static let options: [Option] = [.database]

    private struct Answer: Encodable {
        let file: String
        let freedBytes: Int64
        let bytes: Int64
    }

    static func run(_ context: Context) async throws -> ExitCode {
        _ = try context.words()
        let path = try context.databasePath
        let freed = try await context.withSQLiteLedger { try await $0.vacuum() }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let bytes = (attributes[.size] as? NSNumber)?.int64Value ?? 0
        let text =
            freed > 0
            ? "\(path) shrank by \(size(freed)) to \(size(bytes))"
            : "\(path) has no unused space; its size is \(size(bytes))"
        try context.show(Answer(file: path, freedBytes: max(0, freed), bytes: bytes), as: text)
        return .done
    }
}
