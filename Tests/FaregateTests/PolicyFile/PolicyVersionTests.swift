import Faregate
import Testing

@Suite("The version of a policy")
struct PolicyVersionTests {
    private static let written = """
        { "timezone": "UTC", "actions": { "a": { "cost": 1, "title": "A" }, "b": { "cost": 2 } }, "lowBalance": 10 }
        """

    private func version(_ text: String) throws -> String { try Policy(parsing: text).version }

    @Test("The version of a given policy is twelve digits and never changes")
    func stable() throws {
        #expect(try version(Self.written) == "1e2212edd522")
    }

    @Test(
        "The version doesn't depend on how the policy is written",
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
        "The version changes with the policy's meaning",
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

    @Test("The versions of different rules that look alike when joined are different")
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

    @Test("The version of equal numbers is the same, however they are written")
    func numbers() throws {
        func rule(_ number: String) -> String {
            #"{ "actions": { "a": { "cost": 1, "rules": [{ "when": { "x": \#(number) }, "cost": 2 }] } } }"#
        }
        let versions = try ["50", "50.0", "5e1", "500e-1"].map { try version(rule($0)) }
        #expect(Set(versions).count == 1)
    }

    @Test("The version changes with every digit of a price per unit")
    func exactNumbers() throws {
        func cost(_ price: String) -> String {
            #"{ "actions": { "a": { "cost": { "units": { "u": \#(price) } } } } }"#
        }
        // Closer to each other than floating-point numbers of that size are.
        let near = try (1...5).map { try version(cost("8400000.00000000\($0)")) }
        #expect(Set(near).count == 5)
        let same = try ["0.5", "0.50", "0.500000000"].map { try version(cost($0)) }
        #expect(Set(same).count == 1)
        let long = try ["4194304.25", "4194304.250000000"].map { try version(cost($0)) }
        #expect(Set(long).count == 1)
    }

    @Test(
        "The version changes with each of the newer keys",
        arguments: [
            #""mode": "shadow""#, #""mode": "off""#, #""overrun": "debt""#, #""outage": { "allow": 1 }"#,
            #""outage": { "allow": 2 }"#, #""hold": { "u": 1 }"#, #""hold": { "u": 2 }"#,
            #""limits": [{ "max": 1, "per": "day" }]"#, #""limits": [{ "max": 1, "per": "day", "count": "u" }]"#,
            #""limits": [{ "max": 1, "per": "day", "mode": "off" }]"#,
            #""limits": [{ "max": 1, "per": "day", "givesBack": false }]"#,
        ]
    )
    func newerKeys(key: String) throws {
        let cost = #""cost": { "units": { "u": "1/2" } }"#
        #expect(
            try version(#"{ "actions": { "a": { \#(cost) } } }"#)
                != version(#"{ "actions": { "a": { \#(cost), \#(key) } } }"#)
        )
    }

    @Test("The version doesn't depend on the environment")
    func unresolved() throws {
        let text = #"{ "packs": { "50": { "credits": 50, "price": "10.00 USD", "stripe": "${ID}" } } }"#
        let versions = try ["a", "b"].map { try Policy(parsing: text, environment: ["ID": $0]).version }
        #expect(Set(versions).count == 1)
    }
}
