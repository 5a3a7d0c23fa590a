import Faregate
import Testing

@Suite("A price list of models in the policy files")
struct PriceListTests {
    private func load(_ files: [String: String]) throws -> Policy.Files.LoadedPolicy {
        let disk = MemoryDisk()
        for (name, text) in files { disk.write(text, to: "p/\(name)") }
        return try Policy.Files(path: "p", environment: [:], forSale: false, disk: disk).load()
    }

    private static let action = #"{ "actions": { "a": { "cost": { "prices": "model" } } } }"#

    private func errors(_ files: [String: String]) -> [String] {
        let error = #expect(throws: Policy.FileError.self) { try load(files) }
        return error?.diagnostics.map { "\($0.location): \($0.message)" } ?? []
    }

    @Test("The list may lie in a file of its own, or in several")
    func files() throws {
        let policy = try load([
            "a.jsonc": Self.action, "b.jsonc": #"{ "prices": { "m": { "t": 1 } } }"#,
            "c.jsonc": #"{ "prices": { "n": { "t": 2 } } }"#,
        ]).policy
        #expect(policy.priceList.names == ["m", "n"])
        #expect(policy.priceList["n"]?.location == Policy.Location(file: "p/c.jsonc", line: 1, column: 15))
        #expect(try policy.quote("a", attributes: ["model": "n"], units: ["t": 3]).cost == 6)
    }

    @Test("A price list can have 32 units")
    func mostUnits() throws {
        let units = (1...32).map { "\"u\($0)\": \($0)" }.joined(separator: ", ")
        let policy = try load(["a.jsonc": Self.action, "b.jsonc": #"{ "prices": { "m": { \#(units) } } }"#]).policy
        #expect(try policy.quote("a", attributes: ["model": "m"], units: ["u32": 3]).cost == 96)
    }

    @Test("A model that two files define is an error with both places")
    func twice() throws {
        let list = #"{ "prices": { "m": { "t": 1 } } }"#
        #expect(
            errors(["a.jsonc": Self.action, "b.jsonc": list, "c.jsonc": list]) == [
                #"p/c.jsonc:1:15: the price "m" is defined twice; the other one is at p/b.jsonc:1:15"#
            ])
    }

    @Test("A list in a file that can't be read is not reported as missing")
    func unreadable() throws {
        let found = errors(["a.jsonc": Self.action, "b.jsonc": #"{ "prices": { "m": "#])
        #expect(found.count == 1 && found[0].hasPrefix("p/b.jsonc"))
    }

    @Test("A mistake in one model is the only error, although actions use the list")
    func mistake() throws {
        let list = #"{ "prices": { "m": { "t": "x" } } }"#
        let action = #"{ "actions": { "a": { "cost": { "prices": "model" }, "hold": { "t": 5 } } } }"#
        #expect(errors(["a.jsonc": action, "b.jsonc": list]).count == 1)
    }

    @Test("A limit and a hold can use the units of the list, and no others")
    func units() throws {
        func action(_ unit: String) -> String {
            """
            { "actions": { "a": { "cost": { "prices": "model" }, "hold": { "\(unit)": 5 },
              "limits": [{ "max": 9, "per": "day", "count": "\(unit)" }] } }, "prices": { "m": { "tokens": 1 } } }
            """
        }
        #expect(try load(["a.jsonc": action("tokens")]).policy.actions["a"]?.limits.count == 1)
        let found = errors(["a.jsonc": action("token")])
        #expect(found.count == 2 && found.allSatisfy { $0.contains(#"did you mean "tokens"?"#) })
    }

    @Test("An action with more than 32 units, with those of the list, is one error")
    func tooManyUnits() throws {
        let units = (0..<20).map { #""u\#($0)": 1"# }.joined(separator: ", ")
        let others = (20..<40).map { #""u\#($0)": 1"# }.joined(separator: ", ")
        let text = #"""
            { "actions": { "a": { "cost": { "prices": "model", "units": { \#(units) } } } },
              "prices": { "m": { \#(others) } } }
            """#
        let found = errors(["a.jsonc": text])
        #expect(found.count == 1 && found[0].contains("this action has 40"))
    }

    @Test("A list has at most 2000 models, and a policy at most 200 costs that refer to it")
    func bounds() throws {
        func text(models: Int, rules: Int) -> String {
            let list = (0..<models).map { #""m\#($0)": { "t": 1 }"# }.joined(separator: ", ")
            let rules = (0..<rules).map { #"{ "when": { "x": \#($0) }, "factor": 2 }"# }.joined(separator: ", ")
            return """
                { "actions": { "a": { "cost": { "prices": "model" }, "rules": [\(rules)] } },
                  "prices": { \(list) } }
                """
        }
        #expect(try load(["a.jsonc": text(models: 2000, rules: 0)]).policy.priceList.names.count == 2000)
        #expect(errors(["a.jsonc": text(models: 2001, rules: 0)]).map { $0.contains("at most 2000 models") } == [true])
        #expect(try load(["a.jsonc": text(models: 1, rules: 199)]).policy.actions.count == 1)
        #expect(errors(["a.jsonc": text(models: 1, rules: 200)]).map { $0.contains("here 201 do") } == [true])
    }

    @Test("An announced change can change one price of one model, and remove a model")
    func changes() throws {
        let policy = try Policy(
            parsing: """
                { "actions": { "a": { "cost": { "prices": "model" } } },
                  "prices": { "m": { "t": 1, "u": 5 }, "n": { "t": 2 } },
                  "changes": [
                    { "from": "2027-01-01", "patch": { "prices": { "m": { "t": 3 } } } },
                    { "from": "2027-02-01", "patch": { "prices": { "n": null } } },
                  ] }
                """)
        let (january, february) = (policy.changes[0].policy, policy.changes[1].policy)
        #expect(try policy.quote("a", attributes: ["model": "m"], units: ["t": 1, "u": 1]).cost == 6)
        #expect(try january.quote("a", attributes: ["model": "m"], units: ["t": 1, "u": 1]).cost == 8)
        #expect(try january.quote("a", attributes: ["model": "n"], units: ["t": 1]).cost == 2)
        #expect(throws: Gate.UnknownModel.self) { try february.quote("a", attributes: ["model": "n"]) }
        #expect(Set([policy, january, february].map(\.version)).count == 3)
    }

    @Test(
        "Prices that are probably mistakes give warnings",
        arguments: [
            (
                #""l": { "in": 1, "out": 4 }, "m": { "in": 1, "out": 4 }, "s": { "in": 1, "ouut": 4 }"#,
                #""prices": "model""#,
                [
                    #"no other model has a price for "ouut", and "out" of this model costs nothing; did you mean "out"?"#
                ]
            ),
            (
                #""l": { "in": 3, "cached": 1, "inside": { "in": "cached" } }"#, #""prices": "model""#,
                [
                    #""in" is a part of "cached" here, but costs more; if it is the other way round, write { "cached": "in" }"#
                ]
            ),
            (
                #""l": { "in": 3 }"#, #""prices": "l""#,
                [
                    #""l" is a model; "prices" names the attribute of a call that says which model it uses, such as "#
                        + #""prices": "model""#
                ]
            ),
            (
                #""l": { "in": 3 }"#, #""prices": "model", "markup": "3/10""#,
                [
                    #"a markup of 3/10 multiplies the prices, so calls cost less than half; for 3/10 more write "13/10""#
                ]
            ),
            (
                #""l": { "in": 3, "cached": 1, "inside": { "cached": "in" } }"#,
                #""prices": "model", "markup": "9/10""#, []
            ),
        ])
    func likelyMistakes(prices: String, cost: String, expected: [String]) throws {
        let action = #""a": { "cost": { \#(cost), "base": 1 }, "hold": { "in": 1 } }"#
        let loaded = try load(["a.jsonc": "{ \"actions\": { \(action) }, \"prices\": { \(prices) } }"])
        #expect(loaded.warnings.map(\.message) == expected)
    }

    @Test(
        "An unused list, a rule for a model that the list lacks, and a limit and a hold that are too small give warnings",
        arguments: [
            (
                #""a": { "cost": 1 }"#,
                [#"no action uses this price list; a cost refers to it with "prices": "model""#]
            ),
            (
                #""a": { "cost": 1, "rules": [{ "when": { "model": ["large-2", "large-3"] }, "cost": { "prices": "model", "base": 1 } }] }"#,
                [#"the price list has no model "large-3", so the calls of this rule fail; did you mean "large-2"?"#]
            ),
            (
                #""a": { "cost": { "prices": "model" }, "hold": { "t": 9 }, "limits": [{ "max": 40, "per": "day", "count": "credits" }] }"#,
                ["a call priced at p/a.jsonc:1:31 counts 45 for this limit of 40 credits, so it is always refused"]
            ),
            (
                #""a": { "cost": { "prices": "model" } }"#,
                [
                    "this price depends only on usage, and the action has no \"hold\" for it, so a call starts with "
                        + "only 1 credit held; write in \"hold\" what a call usually uses"
                ]
            ),
            (#""a": { "cost": { "prices": "model" }, "hold": { "u": 1 } }"#, []),
        ])
    func warnings(action: String, expected: [String]) throws {
        let prices = #""prices": { "large-2": { "t": 5 }, "small-2": { "t": 1, "u": 1 } }"#
        let loaded = try load(["a.jsonc": "{ \"actions\": { \(action) }, \(prices) }"])
        #expect(loaded.warnings.map(\.message) == expected)
    }

    @Test("A list that is read alone doesn't need the rest of the policy to be right")
    func alone() throws {
        let disk = MemoryDisk()
        disk.write(#"{ "actions": { "a": { "coast": 1 } } }"#, to: "p/a.jsonc")
        disk.write(#"{ "prices": { "m": { "t": 1 } } }"#, to: "p/b.jsonc")
        let found = try Policy.Files(path: "p", environment: [:], forSale: false, disk: disk).prices()
        #expect(found.list.names == ["m"] && found.sections == ["actions", "prices"])
        disk.write(#"{ "prices": { "m": { "t": "x" } } }"#, to: "p/b.jsonc")
        #expect(throws: Policy.FileError.self) {
            try Policy.Files(path: "p", environment: [:], forSale: false, disk: disk).prices()
        }
    }

    @Test("The rule of a charge is explained with the attribute that chose its prices")
    func ruleText() throws {
        let policy = try load(["a.jsonc": Self.action, "b.jsonc": #"{ "prices": { "m": { "t": 1 } } }"#]).policy
        let quote = try policy.quote("a", attributes: ["model": "m"])
        let text = policy.recordedRule(at: "\(quote.rule)", of: "a", version: policy.version)?.text
        #expect(text == "the cost of a with the prices of the model")
    }
}
