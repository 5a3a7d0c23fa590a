import Faregate
import Testing

@Suite("The version of a policy")
struct PolicyVersionTests {
    private static let written = """
        { "timezone": "UTC", "actions": { "a": { "cost": 1, "title": "A" }, "b": { "cost": 2 } }, "lowBalance": 10 }
        """

    private func version(_ text: String) throws -> String { try Policy(parsing: text).version }

    @Test("is twelve digits that never change for what was written once")
    func stable() throws {
        #expect(try version(Self.written) == "1e2212edd522")
    }

    @Test(
        "doesn't depend on how it is written",
        arguments: [
            """
            // Comments and line ends,\r
            { "timezone": "UTC",\r
              "actions": { "a": { "cost": 1, "title": "A", }, "b": { "cost": 2, }, },\r
              "lowBalance": 10, /* and commas */ }
            """,
            """
            { "lowBalance": 10, "actions": { "b": { "cost": 2 }, "a": { "title": "A", "cost": 1 } }, "timezone": "UTC" }
            """,
            """
            { "$schema": "x", "timezone": "UTC", "actions": { "a": { "cost": 1, "title": "\\u0041" }, "b": { "cost": 2 } },
              "lowBalance": 10, "plans": {} }
            """,
        ]
    )
    func independent(_ text: String) throws {
        #expect(try version(text) == version(Self.written))
    }

    @Test(
        "changes with what it means",
        arguments: [
            #"{ "timezone": "UTC", "actions": { "a": { "cost": 2, "title": "A" }, "b": { "cost": 2 } }, "lowBalance": 10 }"#,
            #"{ "timezone": "UTC", "actions": { "a": { "cost": 1, "title": "B" }, "b": { "cost": 2 } }, "lowBalance": 10 }"#,
            #"{ "timezone": "UTC", "actions": { "a": { "cost": 1, "title": "A" }, "c": { "cost": 2 } }, "lowBalance": 10 }"#,
            #"{ "timezone": "UTC", "actions": { "a": { "cost": 1, "title": "A" } }, "lowBalance": 10 }"#,
            #"{ "actions": { "a": { "cost": 1, "title": "A" }, "b": { "cost": 2 } }, "lowBalance": 10 }"#,
        ]
    )
    func differs(_ text: String) throws {
        #expect(try version(text) != version(Self.written))
    }

    @Test("keeps apart what looks alike when it is run together")
    func unambiguous() throws {
        func rule(_ when: String) -> String {
            #"{ "actions": { "a": { "cost": 1, "rules": [{ "when": \#(when), "cost": 2 }] } } }"#
        }
        let rules = [
            #"{ "x": "1" }"#, #"{ "x": 1 }"#, #"{ "x": ["1"] }"#, #"{ "x": "true" }"#, #"{ "x": true }"#,
            #"{ "x": "a\",\"y\":\"b" }"#, #"{ "x": "a", "y": "b" }"#, #"{ "x": "\\\"" }"#, #"{ "x": "\"" }"#,
            #"{ "x": 1.5 }"#, #"{ "x": 15 }"#,
        ]
        let versions = try rules.map { try version(rule($0)) }
        #expect(Set(versions).count == rules.count)
    }

    @Test("takes numbers for what they are worth")
    func numbers() throws {
        func rule(_ number: String) -> String {
            #"{ "actions": { "a": { "cost": 1, "rules": [{ "when": { "x": \#(number) }, "cost": 2 }] } } }"#
        }
        let versions = try ["50", "50.0", "5e1", "500e-1"].map { try version(rule($0)) }
        #expect(Set(versions).count == 1)
    }

    @Test("doesn't depend on the environment")
    func unresolved() throws {
        let text = #"{ "packs": { "50": { "credits": 50, "price": "10.00 USD", "stripe": "${ID}" } } }"#
        let versions = try ["a", "b"].map { try Policy(parsing: text, environment: ["ID": $0]).version }
        #expect(Set(versions).count == 1)
    }
}
