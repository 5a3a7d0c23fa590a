import Faregate
import Foundation
import Synchronization
import Testing

@testable import GenerateApp

@Suite struct SessionKeyTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString)").path()
    private var path: String { "\(folder)/session-key" }

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("Servers that start together make one session key")
    func oneKey() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for round in 0..<50 {
            let keys = Mutex<[[UInt8]?]>([])
            let path = "\(path)-\(round)"
            DispatchQueue.concurrentPerform(iterations: 32) { _ in
                let key = try? SessionKey.stored(at: path)
                keys.withLock { $0.append(key) }
            }
            #expect(keys.withLock { Set($0) } == [Array(try #require(FileManager.default.contents(atPath: path)))])
            #expect(try mode(of: path) == 0o600)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 50)
    }

    @Test(
        "A session key that others can read is made private, and the caller learns of it",
        arguments: [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o666, true)])
    func tightenedKey(given: Int, isTightened: Bool) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let key = try SessionKey.stored(at: path)
        try FileManager.default.setAttributes([.posixPermissions: given], ofItemAtPath: path)
        for expected in [isTightened, false] {
            var isTold = false
            #expect(try SessionKey.stored(at: path) { isTold = true } == key)
            #expect(isTold == expected)
        }
        #expect(try mode(of: path) == (isTightened ? 0o600 : given))
    }

    @Test("A file that is not a session key is an error and stays unchanged", arguments: [0, 31, 33])
    func invalidKey(byteCount: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let content = Data(repeating: 7, count: byteCount)
        try content.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: InvalidInput.self) { try SessionKey.stored(at: path) }
        #expect(try #require(error).description.contains(path))
        #expect(FileManager.default.contents(atPath: path) == content)
    }

    @Test("A missing folder of the session key is an error that names the path")
    func missingFolder() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let error = #expect(throws: InvalidInput.self) { try SessionKey.stored(at: "\(folder)/none/key") }
        #expect(try #require(error).description.contains("No such file"))
    }
}
