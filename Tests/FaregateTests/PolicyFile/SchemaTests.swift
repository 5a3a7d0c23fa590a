import Faregate
import Foundation
import Testing

/// Editors check a policy file by the schema, and servers check it with the decoder. Both must agree.
@Suite("The JSON Schema of policy files")
struct SchemaTests {
    private let schema: JSONSchema

    init() throws {
        let path = URL(filePath: Fixture.shippedPolicy).deletingLastPathComponent().appending(
            path: "policy.schema.json")
        schema = JSONSchema(root: try JSONValue(parsing: String(contentsOf: path, encoding: .utf8)))
    }

    @Test("The schema accepts the shipped policy, and a policy with every key")
    func accepted() throws {
        let shipped = try String(contentsOfFile: Fixture.shippedPolicy, encoding: .utf8)
        for text in [shipped, Fixture.everything] {
            #expect(throws: Never.self) { try Policy(parsing: text, environment: ["B": "b"]) }
            let value = try JSONValue(parsing: text)
            #expect(try schema.accepts(value))
        }
    }

    /// A schema can't see names that refer to another place, sums, or what JSON parsers let pass.
    @Test("The schema refuses what the decoder refuses, except for the mistakes that a schema can't see")
    func refused() throws {
        var missed: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: Fixture.invalid.path).sorted() {
            let path = Fixture.invalid.appending(path: name)
            // Not JSON at all.
            guard let text = try? String(contentsOf: path, encoding: .utf8), let value = try? JSONValue(parsing: text)
            else { continue }
            if try schema.accepts(value) { missed.append(name) }
        }
        let known = try String(contentsOf: Fixture.tests.appending(path: "unseen-by-the-schema.txt"), encoding: .utf8)
        #expect(missed == known.split(separator: "\n").map(String.init))
    }
}
