import Faregate
import Testing

@Suite("A limit that one call alone exceeds")
struct UnreachableLimitTests {
    private func warnings(_ action: String) throws -> [String] {
        let disk = MemoryDisk()
        disk.write("{ \"actions\": { \"a\": {\n\(action)\n} } }", to: "policy.jsonc")
        let files = Policy.Files(path: "policy.jsonc", environment: [:], forSale: false, disk: disk)
        return try files.load().warnings.map { "\($0.location.line) \($0.message)" }
    }

    @Test(
        "A limit that one call alone exceeds gives a warning",
        arguments: [
            (
                #""cost": 25, "limits": [{ "max": 10, "per": "day", "count": "credits" }]"#,
                "2 a call priced at policy.jsonc:2:9 counts 25 for this limit of 10 credits, so it is always refused"
            ),
            (
                #""cost": 25, "limits": [{ "max": 10, "per": "day", "count": "credits", "when": { "size": "small" } }]"#,
                "2 a call priced at policy.jsonc:2:9 counts 25 for this limit of 10 credits, so it is always refused"
            ),
            (
                """
                "cost": 1, "rules": [{ "when": { "size": "large" }, "cost": 11 }],
                "limits": [{ "max": 10, "within": "1h", "count": "credits", "mode": "shadow" }]
                """,
                "3 a call priced at policy.jsonc:2:22 counts 11 for this limit of 10 credits, so it is always refused"
            ),
            (
                """
                "cost": { "units": { "pages": 1 } }, "hold": { "pages": 30 },
                "limits": [{ "max": 20, "per": "week", "count": "pages" }]
                """,
                "3 a call that uses the amounts in \"hold\" counts 30 for this limit of 20 pages, so it is always refused"
            ),
        ]
    )
    func warns(action: String, warning: String) throws {
        #expect(try warnings(action) == [warning])
    }

    @Test(
        "A limit that no call exceeds, or that is off, gives no warning",
        arguments: [
            #""cost": 10, "limits": [{ "max": 10, "per": "day", "count": "credits" }]"#,
            #""cost": 25, "limits": [{ "max": 10, "per": "day", "count": "credits", "mode": "off" }]"#,
            #""cost": 25, "limits": [{ "max": 1, "per": "day" }]"#,
            #""cost": 25, "limits": [{ "max": 0, "per": "day" }]"#,
            """
            "cost": 25, "rules": [{ "when": { "size": "small" }, "cost": 5 }],
            "limits": [{ "max": 10, "per": "day", "count": "credits", "when": { "size": "small" } }]
            """,
            #""cost": 25, "mode": "off", "limits": [{ "max": 10, "per": "day", "count": "credits" }]"#,
            """
            "cost": 1, "rules": [{ "when": { "size": "large" }, "cost": 11, "mode": "off" }],
            "limits": [{ "max": 10, "within": "1h", "count": "credits" }]
            """,
        ]
    )
    func fits(action: String) throws {
        #expect(try warnings(action).isEmpty)
    }
}
