import Faregate
import Testing

@Suite("A price that depends only on units")
struct HoldWarningTests {
    private let usage = #"{ "units": { "output": "4/10" } }"#

    private func load(_ action: String) throws -> Policy.Files.LoadedPolicy {
        let disk = MemoryDisk()
        disk.write("{ \"actions\": {\n\"chat\": \(action) } }", to: "p/a.jsonc")
        return try Policy.Files(path: "p", environment: [:], forSale: false, disk: disk).load()
    }

    @Test(
        "A price by units without a hold gives a warning",
        arguments: [
            (#"{ "cost": $ }"#, "p/a.jsonc:2:19"),
            (#"{ "cost": $, "hold": { "output": 0 } }"#, "p/a.jsonc:2:19"),
            (#"{ "cost": 5, "rules": [{ "when": { "a": "b" }, "cost": $ }] }"#, "p/a.jsonc:2:64"),
        ])
    func warned(action: String, place: String) throws {
        let warnings = try load(action.replacing("$", with: usage)).warnings
        #expect(warnings.map(\.location.description) == [place])
        #expect(warnings.first?.message.contains("the action has no \"hold\" for it") == true)
    }

    @Test(
        "A price by units with a hold, a base or a price of zero gives no warning",
        arguments: [
            #"{ "cost": $, "hold": { "output": 1 } }"#,
            #"{ "cost": { "base": 1, "units": { "output": 1 } } }"#,
            #"{ "cost": { "units": { "output": 0 } } }"#,
        ])
    func fine(action: String) throws {
        #expect(try load(action.replacing("$", with: usage)).warnings.isEmpty)
    }

    @Test("A price by units holds at least 1 credit, and a price of zero holds none")
    func held() throws {
        let policy = try load(#"{ "cost": \#(usage), "rules": [{ "when": { "free": true }, "cost": 0 }] }"#).policy
        #expect(try policy.quote("chat").cost == 1)
        #expect(try policy.quote("chat", units: ["output": 0]).cost == 1)
        #expect(try policy.quote("chat", units: ["output": 6]).cost == 3)
        #expect(try policy.quote("chat", attributes: ["free": true]).cost == 0)
        #expect(try policy.quote("chat", attributes: ["free": true], units: ["output": 6]).cost == 0)
    }
}
