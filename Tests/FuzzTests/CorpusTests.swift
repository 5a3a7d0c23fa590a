import Foundation
import FuzzTargets
import Testing

@Suite("The corpus of a fuzz target")
struct CorpusTests {
    private static let corpora = URL(filePath: #filePath).appending(path: "../../../Fuzz/Corpora").standardizedFileURL

    @Test("Replaying the corpus of every fuzz target breaks no law", arguments: FuzzTarget.allCases)
    func replay(_ target: FuzzTarget) throws {
        let folder = CorpusTests.corpora.appending(path: target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        var taken = 0
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") { if try target.check(bytes) { taken += 1 } }
        }
        // A corpus of inputs that are all refused would test nothing.
        #expect(taken >= 3)
    }
}
