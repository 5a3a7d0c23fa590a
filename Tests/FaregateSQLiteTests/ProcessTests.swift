import Faregate
import FaregateSQLite
import Foundation
import TestSupport
import Testing

@Suite struct ProcessTests {
    @Test("Four processes share credits for exactly ten calls") func fourProcessesShareCreditsForExactlyTenCalls()
        async throws
    {
        try await withFolder { folder in
            let path = folder + "/shared.faregate"
            let workers = try (0..<4).map { _ in try Worker(arguments: [path, "ana", "16"]) }
            let counts = try workers.map { try $0.result() }

            #expect(counts.reduce(0) { $0 + $1.admitted } == 10)
            #expect(counts.reduce(0) { $0 + $1.refused } == 54)
            let database = try RawDatabase(path)
            #expect(
                try database.rows("SELECT sum(remaining), sum(taken) FROM grants") == [["0", "100"]]
            )
            #expect(try database.rows("SELECT sum(credits) FROM journal") == [["0"]])
            #expect(try database.discrepancies() == [])
        }
    }
}
