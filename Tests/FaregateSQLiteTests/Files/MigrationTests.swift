import Faregate
import FaregateTesting
import Foundation
import TestSupport
import Testing

@testable import FaregateSQLite

/// Each text of the schema as it was when it was released.
@Suite("The schema's texts") struct MigrationTests {
    /// SHA-256 of the texts, from the first version on.
    static let released = [
        "a93cef9b9073582d8279c45b535f4ef36f3d0d58c2374e55e668358286e81606"
    ]

    @Test("A released schema text never changes")
    func frozen() {
        let hashes = Schema.migrations.texts.map { text in
            SHA256Digest.hash(text.utf8).map { String($0, radix: 16).leftPadded }.joined()
        }
        #expect(
            hashes == MigrationTests.released,
            """
            a text that was released never changes, since files were made by it: add one that leads to the next version. \
            Before the first release, put the new hash here, and make the file of that version anew: \
            FAREGATE_REWRITE_FILES=1 swift test --filter VersionFileTests
            """
        )
    }
}

extension String {
    fileprivate var leftPadded: String { count == 1 ? "0" + self : self }
}
