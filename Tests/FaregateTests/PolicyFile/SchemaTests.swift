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

    @Test(
        "The schema accepts a patch with a part of each object, and null for each key",
        arguments: ["sharedLimit": "limits", "action": "actions", "plan": "plans", "pack": "packs"].sorted { $0 < $1 })
    func nulls(definition: String, section: String) throws {
        let keys = try #require(schema.root[at: "#/definitions/\(definition)/properties"]).keys
        for patch in ["{}", "null"] + keys.map({ #"{ "\#($0)": null }"# }) {
            #expect(try schema.accepts(change(#"{ "\#(section)": { "one": \#(patch) } }"#)), "\(patch)")
        }
        #expect(try !schema.accepts(change(#"{ "\#(section)": { "one": { "misspelled": null } } }"#)))
        #expect(try schema.accepts(change(#"{ "\#(section)": null }"#)))
    }

    @Test(
        "The schema and the decoder accept the same patches",
        arguments: [
            #"{ "timezone": null, "lowBalance": 5, "mode": "shadow", "refundGrace": null }"#,
            #"{ "actions": { "a": { "cost": { "units": { "words": null, "pages": "1/2" }, "minimum": null } } } }"#,
            #"{ "actions": { "a": { "hold": { "words": null } } } }"#,
            #"{ "actions": { "a": { "outage": { "allow": 3 }, "rules": [], "limits": null }, "b": { "cost": 1 } } }"#,
            #"{ "prices": { "m": { "tokens": null, "pages": 1, "inside": null } } }"#,
            #"{ "limits": { "both": { "max": 7, "when": { "plan": null, "size": { "above": 3 } } } } }"#,
            #"{ "plans": { "pro": { "grants": [] } }, "defaultPlan": "pro" }"#,
            #"{ "packs": { "p": { "products": { "own": null, "other": "x" }, "quantity": { "max": 7 } } } }"#,
        ])
    func patches(patch: String) throws {
        let text = """
            {
              "actions": { "a": { "cost": { "units": { "words": 1 }, "minimum": 1 } } },
              "prices": { "m": { "tokens": 1 } }, "plans": { "pro": {} },
              "limits": { "both": { "actions": ["a"], "max": 3, "per": "day", "when": { "plan": "pro" } } },
              "packs": { "p": { "credits": 1, "price": "1.00 USD", "products": { "own": "p" }, "quantity": { "max": 3 } } },
              "changes": [{ "from": "2027-01-01", "patch": \(patch) }]
            }
            """
        #expect(throws: Never.self) { try Policy(parsing: text) }
        #expect(try schema.accepts(JSONValue(parsing: text)))
    }

    @Test("A patch has the keys of the policy, with the same explanations")
    func explained() throws {
        let names = ["action", "sharedLimit", "plan", "pack"]
        var pairs = names.map { ("#/definitions/\($0)", "#/definitions/\($0)Patch") }
        pairs.append(("#", "#/definitions/change/properties/patch"))
        for (original, patch) in pairs {
            let keys = try #require(schema.root[at: original + "/properties"]).keys
                .filter { original != "#" || !["$schema", "changes", "tests"].contains($0) }
            #expect(schema.root[at: patch + "/properties"]?.keys == keys)
            for key in keys {
                let text = try #require(explanation(at: "\(original)/properties/\(key)"), "\(original), \(key)")
                #expect(schema.root[at: "\(patch)/properties/\(key)/description"]?.text == text)
            }
        }
    }

    private func explanation(at pointer: String) -> String? {
        let value = schema.root[at: pointer]
        return value?["description"]?.text ?? value?["$ref"]?.text.flatMap { explanation(at: $0) }
    }

    private func change(_ patch: String) throws -> JSONValue {
        try JSONValue(parsing: #"{ "changes": [{ "from": "2027-01-01", "patch": \#(patch) }] }"#)
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
