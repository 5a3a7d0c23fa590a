import Faregate
import FaregateSQLite
import Foundation
import TestSupport
import Testing

/// Files that are no ledger, or not all of one.
@Suite("A file that is not a whole ledger") struct WrongFileTests {
    /// Expects an error, and every file in the folder as it was.
    @discardableResult
    private func expectRefusal(
        _ code: LedgerError.Code, of path: String, creating: Bool,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws -> String {
        let folder = URL(filePath: path).deletingLastPathComponent()
        func files() throws -> [String: Data] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            return try Dictionary(
                uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: folder.appending(path: $0))) })
        }
        let before = try files()
        let said = await expectError(code, sourceLocation: sourceLocation) {
            _ = try await SQLiteLedger.open(path, creating: creating, trace: nil)
        }
        #expect(said.contains(path), sourceLocation: sourceLocation)
        let after = try files()
        #expect(after.keys.sorted() == before.keys.sorted(), sourceLocation: sourceLocation)
        #expect(after == before, "a file has changed", sourceLocation: sourceLocation)
        return said
    }

    @Test("A missing file is only created on request")
    func missing() async throws {
        try await withFolder { folder in
            try await expectRefusal(.missing, of: folder + "/test.faregate", creating: false)
        }
    }

    @Test("An empty file is refused, and stays empty", arguments: [true, false])
    func empty(creating: Bool) async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            try Data().write(to: URL(filePath: path))
            let said = try await expectRefusal(.notALedger, of: path, creating: creating)
            #expect(said.contains("is empty"))
        }
    }

    @Test("A main file copied without its log from a ledger in use is refused", arguments: [true, false])
    func withoutLog(creating: Bool) async throws {
        try await withFolder { folder in
            try await withLedger { ledger in
                try await ledger.give(10, reference: "promo")
                try FileManager.default.copyItem(atPath: ledger.path, toPath: folder + "/copy")
                try await expectRefusal(.logMissing, of: folder + "/copy", creating: creating)
            }
        }
    }

    @Test("A main file copied without its log is refused after another process opened and closed the ledger")
    func withoutLogAfterAVisit() async throws {
        try await withFolder { folder in
            try await withLedger { ledger in
                try await ledger.give(10, reference: "promo")
                for number in 1...2 {
                    let visitor = try await SQLiteLedger.open(ledger.path, trace: nil)
                    if number == 2 { try await visitor.give(10, reference: "visit") }
                    await visitor.close()
                    try await ledger.give(10, reference: GrantReference("after \(number)"))
                    try FileManager.default.copyItem(atPath: ledger.path, toPath: folder + "/copy \(number)")
                    try await expectRefusal(.logMissing, of: folder + "/copy \(number)", creating: false)
                }
            }
        }
    }

    @Test(
        "A main file copied without its log is refused when the log is empty or was copied into the file",
        arguments: [true, false])
    func withoutLogAtRest(isLarge: Bool) async throws {
        try await withFolder { folder in
            let path = folder + "/test.faregate"
            try await SQLiteLedger.open(path, trace: nil).close()
            let ledger = try await SQLiteLedger.open(path, trace: nil)
            if isLarge {
                try await ledger.give(100, reference: "promo")
                for _ in 0..<40 { _ = try await ledger.hold(.large(megabytes: 1)) }
                #expect(try FileManager.default.size(path) > 20 << 20, "the log was copied into the file meanwhile")
            }
            let copy = folder + "/copy"
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: path, toPath: copy + "/copy.faregate")
            try await expectRefusal(.logMissing, of: copy + "/copy.faregate", creating: false)
            await ledger.close()
        }
    }

    @Test("A backup beside the log of an earlier file is refused")
    func foreignLog() async throws {
        try await withFolder { folder in
            try await withLedger { ledger in
                try await ledger.give(10, reference: "promo")
                try await ledger.backup(to: ledger.path + ".backup")
                try await ledger.give(10, reference: "later")
                // As a crash leaves it, and then somebody copies the backup over the file.
                let path = folder + "/test.faregate"
                try FileManager.default.copyItem(atPath: ledger.path + ".backup", toPath: path)
                try FileManager.default.copyItem(atPath: ledger.path + "-wal", toPath: path + "-wal")
                try await expectRefusal(.foreignLog, of: path, creating: false)
                try await expectRefusal(.foreignLog, of: path, creating: true)
            }
        }
    }

    @Test("A log without its main file is refused")
    func logAlone() async throws {
        try await withFolder { folder in
            try await withLedger { ledger in
                try await ledger.give(10, reference: "promo")
                try FileManager.default.copyItem(atPath: ledger.path + "-wal", toPath: folder + "/test.faregate-wal")
                try await expectRefusal(.logMissing, of: folder + "/test.faregate", creating: true)
            }
        }
    }
}

extension ChargeRequest {
    /// Free, and fills the log with a note that long.
    static func large(megabytes: Int) -> ChargeRequest {
        var request = ChargeRequest.generate(cost: 0)
        request.shadow = String(repeating: "x", count: megabytes << 20)
        return request
    }
}

extension FileManager {
    func size(_ path: String) throws -> Int { (try attributesOfItem(atPath: path)[.size] as? Int) ?? 0 }
}
