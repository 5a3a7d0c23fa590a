import Faregate
import Testing

@Test("A huge difference is printed, and doesn't end the process")
func hugeDifference() {
    #expect(Policy.Cost.percent(from: 1, to: .max) == " (more than +1000000%)")
    #expect(Policy.Cost.percent(from: 2, to: 3) == " (+50%)")
}

@Suite("The differences of two price lists")
struct PriceListDifferenceTests {
    private func differences(
        _ old: String, _ new: String, action: String = #""cost": { "prices": "model", "markup": "13/10" }"#,
        newAction: String? = nil
    ) throws -> [String] {
        func policy(_ action: String, _ prices: String) throws -> Policy {
            try Policy(
                parsing: #"{ "actions": { "chat": { \#(action) } }, "prices": { \#(prices) }, "plans": { "pro": {} } }"#
            )
        }
        let (old, new) = (try policy(action, old), try policy(newAction ?? action, new))
        #expect(new.differences(from: new) == [] && old.differences(from: old) == [])
        return new.differences(from: old).map(\.description)
    }

    private static let hold = #""cost": { "prices": "model", "markup": "13/10" }, "hold": { "out": 2000 }"#

    @Test("A changed price is shown for the model, and then for a call of each action")
    func changed() throws {
        let found = try differences(
            #""large-2": { "out": "15/1000", "in": "1/3" }"#, #""large-2": { "out": "18/1000", "in": "1/3" }"#,
            action: Self.hold)
        #expect(
            found == [
                "model large-2: out 15/1000 -> 18/1000 credits (+20%)",
                "action chat: a call with large-2 that uses its hold: 39 -> 47 credits (+21%)",
            ])
    }

    @Test("Without a hold, the call uses 1000 of each unit; a change that rounding hides is shown for the model only")
    func withoutHold() throws {
        #expect(
            try differences(#""m": { "in": 1, "out": 2 }"#, #""m": { "in": 1, "out": 1 }"#) == [
                "model m: out 2 -> 1 credits (-50%)",
                "action chat: a call with m that uses 1000 of each unit: 3900 -> 2600 credits (-33%)",
            ])
        #expect(
            try differences(#""m": { "in": "1/1000000" }"#, #""m": { "in": "2/1000000" }"#) == [
                "model m: in 1/1000000 -> 2/1000000 credits (+100%)"
            ])
    }

    @Test("If the hold changes too, the old price is shown for the old hold, and the new price for the new hold")
    func hold() throws {
        let cost = #""cost": { "prices": "model" }"#
        #expect(
            try differences(
                #""m": { "out": "1/10" }"#, #""m": { "out": "2/10" }"#, action: #"\#(cost), "hold": { "out": 100 }"#,
                newAction: #"\#(cost), "hold": { "out": 2000 }"#) == [
                    "model m: out 100/1000 -> 200/1000 credits (+100%)",
                    "action chat: what a call with m holds: 10 -> 400 credits (+3900%)",
                    "action chat: hold: 100 out -> 2000 out",
                ])
        #expect(
            try differences(
                #""m": { "out": "1/10" }"#, #""m": { "out": "1/10", "in": 1 }"#, action: cost) == [
                    "model m: in no price -> 1 credits"
                ], "a unit that only one price has is in no call that both can price")
    }

    @Test("New and removed models, units, and units that move inside others")
    func entries() throws {
        let added = try differences(#""m": { "in": 1 }"#, #""m": { "in": 1 }, "n": { "in": "1/3", "out": "3/1000" }"#)
        #expect(added == ["model n: new: in 1/3, out 3/1000 credits"])
        let removed = try differences(#""m": { "in": 1 }, "n": { "in": 1 }"#, #""m": { "in": 1 }"#)
        #expect(removed == ["model n: removed: calls with this model fail"])
        #expect(
            try differences(
                #""m": { "in": 3, "c": 1 }"#, #""m": { "in": 3, "c": 1, "inside": { "c": "in" } }"#) == [
                    "model m: c: counted beside the other units -> inside in",
                    "action chat: a call with m that uses 1000 of each unit: 5200 -> 1300 credits (-75%)",
                ])
        #expect(
            try differences(#""m": { "in": 3, "c": 1 }"#, #""m": { "in": 3, "d": 2 }"#).prefix(2) == [
                "model m: c 1 -> no price", "model m: d no price -> 2 credits",
            ])
    }

    @Test("A new markup is shown for the action, with what it means for the first models")
    func markup() throws {
        let models = (1...5).map { #""m\#($0)": { "out": \#($0) }"# }.joined(separator: ", ")
        let found = try differences(
            models, models, action: #""cost": { "prices": "model" }, "hold": { "out": 10 }"#,
            newAction: #""cost": { "prices": "model", "markup": 2, "base": 1 }, "hold": { "out": 10 }"#)
        #expect(
            found == [
                "action chat: the prices of the model -> the prices of the model × 2 + 1",
                "action chat: a call with m1 that uses its hold: 10 -> 21 credits (+110%)",
                "action chat: a call with m2 that uses its hold: 20 -> 41 credits (+105%)",
                "action chat: a call with m3 that uses its hold: 30 -> 61 credits (+103%)",
                "action chat: the price of the same call also changes with 2 more models",
            ])
    }

    @Test("A rule that uses the list, and an action that starts to use it, say so")
    func rules() throws {
        let rule = #""rules": [{ "when": { "plan": "pro" }, "cost": "#
        let found = try differences(
            #""m": { "out": 1 }"#, #""m": { "out": 2 }"#,
            action: #""cost": 5, "hold": { "out": 10 }, \#(rule) { "prices": "model" } }]"#)
        #expect(
            found == [
                "model m: out 1 -> 2 credits (+100%)",
                #"action chat: a call with m that uses its hold: 10 -> 20 credits (+100%) when plan is "pro""#,
            ])
        #expect(
            try differences(
                #""m": { "out": 1 }"#, #""m": { "out": 1 }"#, action: #""cost": 5"#,
                newAction: #""cost": { "prices": "model", "minimum": 2 }"#) == [
                    "action chat: 5 credits -> the prices of the model, at least 2"
                ])
    }

    @Test(
        "A price has a denominator of 1000 or a higher power of ten, if one fits",
        arguments: [
            (3, 200, "15/1000"), (3, 10_000, "3/10000"), (1, 3, "1/3"), (5, 1, "5"), (1, 1_000_000_000, "1/1000000000"),
            (9_007_199_254_740_991, 2, "9007199254740991/2"), (0, 1, "0"), (1, 1 << 50, "1/1125899906842624"),
        ] as [(Int64, Int64, String)])
    func decimals(numerator: Int64, denominator: Int64, text: String) throws {
        let ratio = try Ratio(numerator, denominator)
        #expect(ratio.decimalFraction == text)
        #expect(try Ratio(parsing: text) == ratio)
    }
}
