import Faregate
import Foundation
import Testing

@Suite("A mistake in a policy file")
struct InvalidFixtureTests {
    /// The first line of each: `// expect LINE:COLUMN MESSAGE`, and `||` between several.
    private static let fixtures = (try? FileManager.default.contentsOfDirectory(atPath: Fixture.invalid.path)) ?? []

    @Test("A mistake is reported at its place, without further errors", arguments: fixtures.sorted())
    func reported(_ name: String) throws {
        let path = Fixture.invalid.appending(path: name).path
        let error = #expect(throws: Policy.FileError.self) { try Policy.Files(path: path, environment: [:]).load() }

        let reported = error?.diagnostics.map { "\($0.location.line):\($0.location.column) \($0.message)" }
        #expect(reported == (try expected(in: path)))
        #expect(error?.diagnostics.allSatisfy { $0.severity == .error && $0.location.file == path } == true)
    }

    @Test("Each kind of mistake has at least one fixture")
    func present() {
        #expect(Self.fixtures.count > 100)
    }

    private func expected(in path: String) throws -> [String] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let firstLine = text.prefix { !$0.isNewline }
        return firstLine.trimmingPrefix("// expect ").split(separator: " || ").map(String.init)
    }
}
