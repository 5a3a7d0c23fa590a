import Faregate
import Foundation
import Testing

@Suite("A price that depends on the call's model")
struct ModelPriceTests {
    private static let prices = """
        "prices": {
          "large-2": { "input_tokens": "3/1000", "cached_tokens": "3/10000", "output_tokens": "15/1000",
                       "inside": { "cached_tokens": "input_tokens" } },
          "large-1": { "input_tokens": "3/1000", "cached_tokens": "3/10000", "output_tokens": "15/1000" },
          "small-2": { "input_tokens": "1/1000", "output_tokens": "4/1000" },
        }
        """

    private func policy(_ action: String, mode: String = "enforce") throws -> Policy {
        try Policy(
            parsing: #"{ "actions": { "chat": { \#(action) } }, "mode": "\#(mode)", \#(Self.prices) }"#,
            environment: [:])
    }

    private func cost(_ action: String, _ model: AttributeValue, _ units: Units?) throws -> Credits {
        try policy(action).quote("chat", attributes: ["model": model], units: units).cost
    }

    @Test(
        "Each unit costs the model's price, and the sum is rounded up once",
        arguments: [
            ("small-2", ["input_tokens": 1000], 1), ("small-2", ["input_tokens": 1001], 2),
            ("small-2", ["input_tokens": 500, "output_tokens": 125], 1),
            ("large-2", ["output_tokens": 1000], 15), ("large-2", ["input_tokens": 1000, "output_tokens": 1000], 18),
            ("large-2", ["input_tokens": 100_000], 300), ("small-2", ["input_tokens": 0], 1),
        ] as [(AttributeValue, Units, Credits)]
    )
    func exact(model: AttributeValue, units: Units, credits: Credits) throws {
        #expect(try cost(#""cost": { "prices": "model" }"#, model, units) == credits)
    }

    @Test(
        "Cached tokens inside the input tokens are subtracted from them, and those beside are added",
        arguments: [
            ("large-2", ["input_tokens": 10_000, "cached_tokens": 8000], 9),
            ("large-1", ["input_tokens": 10_000, "cached_tokens": 8000], 33),
            ("large-2", ["input_tokens": 10_000, "cached_tokens": 10_000], 3),
            // More cached tokens than input tokens: the input is 0, never negative.
            ("large-2", ["input_tokens": 1000, "cached_tokens": 100_000], 30),
            ("large-2", ["cached_tokens": 100_000], 30),
            ("large-2", ["input_tokens": 10_000], 30),
        ] as [(AttributeValue, Units, Credits)]
    )
    func cached(model: AttributeValue, units: Units, credits: Credits) throws {
        #expect(try cost(#""cost": { "prices": "model" }"#, model, units) == credits)
    }

    @Test(
        "A markup multiplies the model's prices, and not the base, the minimum and the other units",
        arguments: [
            (#"{ "prices": "model", "markup": "13/10" }"#, ["output_tokens": 10_000], 195),
            (#"{ "prices": "model", "markup": 1.3, "base": 5 }"#, ["output_tokens": 10_000], 200),
            (#"{ "prices": "model", "markup": "13/10", "minimum": 50 }"#, ["output_tokens": 1000], 50),
            (#"{ "prices": "model", "markup": "2", "units": { "searches": 10 } }"#, ["searches": 2], 20),
            (
                #"{ "prices": "model", "markup": "2", "units": { "searches": 10 } }"#,
                ["searches": 2, "output_tokens": 1000], 50
            ),
            (#"{ "prices": "model", "markup": "1/3" }"#, ["output_tokens": 1000], 5),
        ] as [(String, Units, Credits)]
    )
    func markup(cost: String, units: Units, credits: Credits) throws {
        #expect(try self.cost(#""cost": \#(cost)"#, "large-2", units) == credits)
    }

    @Test("A rule's factor multiplies the base, the markup and the minimum")
    func factor() throws {
        let action = """
            "cost": { "prices": "model", "markup": "13/10", "base": 10, "minimum": 100 },
            "rules": [{ "when": { "half": true }, "factor": "1/2" }]
            """
        let policy = try policy(action)
        let attributes: Attributes = ["model": "large-2", "half": true]
        #expect(try policy.quote("chat", attributes: attributes, units: ["output_tokens": 10_000]).cost == 103)
        #expect(try policy.quote("chat", attributes: attributes, units: ["output_tokens": 10]).cost == 50)
    }

    @Test("A rule can use the list while the action has a fixed cost, and the other way round")
    func rules() throws {
        let listed = try policy(
            #""cost": 7, "rules": [{ "when": { "metered": true }, "cost": { "prices": "model" } }]"#)
        #expect(try listed.quote("chat").cost == 7)
        let attributes: Attributes = ["metered": true, "model": "small-2"]
        #expect(try listed.quote("chat", attributes: attributes, units: ["output_tokens": 1000]).cost == 4)
        #expect(throws: Gate.UnknownModel.self) { try listed.quote("chat", attributes: ["metered": true]) }
        let fixed = try policy(
            #""cost": { "prices": "model" }, "rules": [{ "when": { "model": "old" }, "cost": 7 }]"#)
        #expect(try fixed.quote("chat", attributes: ["model": "old"]).cost == 7)
        #expect(try fixed.quote("chat", attributes: ["model": "old"], units: ["input_tokens": 9]).cost == 7)
    }

    @Test("The hold is priced with the prices of the call's model in every quote")
    func hold() throws {
        let policy = try policy(#""cost": { "prices": "model" }, "hold": { "output_tokens": 2000 }"#)
        for _ in 0..<2 {
            #expect(try policy.quote("chat", attributes: ["model": "large-2"]).cost == 30)
            #expect(try policy.quote("chat", attributes: ["model": "small-2"]).cost == 8)
            let known = try policy.quote("chat", attributes: ["model": "small-2"], units: ["input_tokens": 1000])
            #expect(known.cost == 9 && known.units == ["input_tokens": 1000, "output_tokens": 2000])
            #expect(try known.price.credits(for: ["input_tokens": 3000]) == 3)
        }
    }

    @Test("A unit that only other models have costs nothing, and one that no price has is an error")
    func unpriced() throws {
        let action = #""cost": { "prices": "model" }"#
        #expect(try cost(action, "small-2", ["input_tokens": 1000, "cached_tokens": 1_000_000]) == 1)
        let error = #expect(throws: InvalidInput.self) { try cost(action, "small-2", ["cached_token": 1]) }
        #expect(error?.description.contains(#"did you mean "cached_tokens"?"#) == true)
    }

    @Test(
        "A call without a model, or with one that isn't text, is an error that names the attribute",
        arguments: [nil, 5, true] as [AttributeValue?])
    func missing(value: AttributeValue?) throws {
        let policy = try policy(#""cost": { "prices": "model", "base": 3 }"#)
        let error = #expect(throws: Gate.UnknownModel.self) {
            try policy.quote("chat", attributes: value.map { ["model": $0] } ?? [:])
        }
        #expect(error?.model == nil && error?.attribute == "model" && error?.action == "chat")
        let text = #"a call of "chat" needs the attribute "model", which names its model, as text"#
        #expect(error?.description == text && error?.problem.detail == text && error?.problem.status == 400)
    }

    @Test("The error of an unknown model names a similar model in the log, and not in the answer to the caller")
    func unknown() throws {
        let policy = try policy(#""cost": { "prices": "model", "base": 3 }"#)
        let near = #expect(throws: Gate.UnknownModel.self) {
            try policy.quote("chat", attributes: ["model": "large-3"], units: ["output_tokens": 1])
        }
        #expect(near?.description == #"the price list has no model "large-3"; did you mean "large-1"?"#)
        #expect(near?.problem.detail == #"there is no price for the model "large-3""#)
        let far = #expect(throws: Gate.UnknownModel.self) {
            try policy.quote("chat", attributes: ["model": "\u{1B}\(String(repeating: "x", count: 9000))"])
        }
        #expect(far?.nearest == nil && far?.description.contains("add it to \"prices\"") == true)
        #expect(far?.problem.detail.utf8.count ?? 0 < 200)
        #expect(far?.problem.detail.unicodeScalars.contains { $0.value < 0x20 } == false)
    }

    @Test("An unknown model has the cheapest price in shadow mode; an action that is off lets the call through")
    func modes() throws {
        let action = #""cost": { "prices": "model" }"#
        let shadow = try policy(action + #", "hold": { "output_tokens": 500 }"#, mode: "shadow")
        for attributes in [["model": "new"], [:]] as [Attributes] {
            let quote = try shadow.quote("chat", attributes: attributes, units: ["output_tokens": 1000])
            #expect(quote.cost == 4 && quote.costTaken == 0 && quote.shadowRefusal?.rule == quote.rule)
        }
        #expect(try shadow.quote("chat", attributes: ["model": "small-2"]).shadowRefusal == nil)
        let off = try policy(action, mode: "off")
        #expect(try off.quote("chat", attributes: ["model": "new"], units: ["input_tokens": 9]).cost == 0)
        #expect(try off.quote("chat").cost == 0)
    }

    @Test("A rule in shadow mode with the prices of a model is recorded, and refuses no model")
    func shadowRule() throws {
        let policy = try policy(
            """
            "cost": 7, "hold": { "output_tokens": 1000 },
            "rules": [{ "when": { "metered": true }, "cost": { "prices": "model" }, "mode": "shadow" }]
            """)
        let known = try policy.quote("chat", attributes: ["metered": true, "model": "large-2"])
        #expect(known.cost == 7 && known.shadowed?.cost == 15)
        let more = try policy.quote(
            "chat", attributes: ["metered": true, "model": "large-2"], units: ["output_tokens": 2000])
        #expect(more.shadowed?.cost == 30)
        let unknown = try policy.quote("chat", attributes: ["metered": true, "model": "new"])
        #expect(unknown.cost == 7 && unknown.costTaken == 7 && unknown.shadowed == nil)
        #expect(unknown.shadowRefusal?.reason.hasPrefix(#"the price list has no model "new""#) == true)
    }

    @Test("A cost above the largest number of credits is an error")
    func overflow() throws {
        #expect(throws: InvalidInput.self) {
            let action = #""cost": { "prices": "model", "markup": 1000 }"#
            return try cost(action, "large-2", ["output_tokens": 9_007_199_254_740_991])
        }
        for amount in [-1, Int64.min, .max, 9_007_199_254_740_992] {
            #expect(throws: InvalidInput.self) {
                try cost(#""cost": { "prices": "model" }"#, "large-2", ["input_tokens": 5, "cached_tokens": amount])
            }
        }
    }

    @Test("More models than the cache of quotes keeps are priced correctly")
    func many() throws {
        let models = (0..<600).map { #""m\#($0)": { "t": \#($0) }"# }.joined(separator: ", ")
        let policy = try Policy(
            parsing: #"{ "actions": { "a": { "cost": { "prices": "model" } } }, "prices": { \#(models) } }"#)
        for number in Array(0..<600) + Array(0..<600) {
            let quote = try policy.quote("a", attributes: ["model": "m\(number)"], units: ["t": 2])
            #expect(quote.cost.rawValue == max(Int64(number) * 2, number == 0 ? 0 : 1))
        }
    }

    @Test("A price with units inside others is the same after it was encoded and decoded, and says so in words")
    func price() throws {
        let price = try policy(#""cost": { "prices": "model" }"#).quote("chat", attributes: ["model": "large-2"]).price
        #expect(
            price.description
                == "0.0003 per cached_tokens + 0.003 per input_tokens (without cached_tokens) + 0.015 per output_tokens"
        )
        #expect(price.inside == ["cached_tokens": "input_tokens"])
        #expect(try JSONDecoder().decode(Policy.Cost.self, from: JSONEncoder().encode(price)) == price)
        let nested = Data(#"{ "base": 0, "units": { "a": "1", "b": "1" }, "inside": { "a": "b", "b": "a" } }"#.utf8)
        #expect(throws: InvalidInput.self) { try JSONDecoder().decode(Policy.Cost.self, from: nested) }
    }

    @Test("The name of a model stays text on a command line, even if a rule compares numbers")
    func text() throws {
        let policy = try Policy(
            parsing: """
                { "actions": { "a": { "cost": { "prices": "model" },
                    "rules": [{ "when": { "model": { "above": 5 } }, "cost": 2 }] } },
                  "prices": { "4": { "t": 1 } } }
                """)
        let action = try #require(policy.actions["a"])
        #expect(action.attributes(reading: ["model": "4"]) == ["model": "4"])
        #expect(action.attributes(reading: ["model": "6"]) == ["model": 6])
    }
}
