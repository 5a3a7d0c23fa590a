import CSQLite
import Foundation
import TestSupport
import Testing

/// `Scripts/current-sqlite` runs the tests on another SQLite than the system's, and says which that is.
@Suite struct SQLiteVersionTests {
    private static let expected = ProcessInfo.processInfo.environment["FAREGATE_SQLITE_VERSION"]

    @Test("The tests run on the intended version of SQLite", .enabled(if: expected != nil))
    func theTestsRunOnTheSQLiteThatTheyWereMeantFor() {
        #expect(String(cString: sqlite3_libversion()) == SQLiteVersionTests.expected)
    }
}
