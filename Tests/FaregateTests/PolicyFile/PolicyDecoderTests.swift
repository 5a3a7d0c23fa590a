import Faregate
import Foundation
import Testing

@Suite("A policy as decoded from its file")
struct PolicyDecoderTests {
    @Test("A policy has everything in its file")
    func everything() throws {
        let policy = try Policy(parsing: Fixture.everything, environment: ["B": "-b-"])
        let generate = try #require(policy.actions["generate"])
        #expect(policy.calendar.timeZone.identifier == "Europe/Oslo")
        #expect(generate.title == "Generate an image")
        #expect(generate.cost?.base == .max && generate.cost?.isFixed == true)
        #expect(
            generate.limits.map(\.name) == [
                "calls per minute by member", "calls within 24h by action", "burst", "credits per month by account",
            ]
        )
        #expect(
            generate.limits.map(\.window)
                == [.per(.minute), .within(.seconds(86_400)), .per(.minute), .per(.month)]
        )
        #expect(generate.limits.map(\.scope) == [.member, .action, .member, .account])
        #expect(generate.limits.map(\.count) == [.calls, .calls, .calls, .credits])
        #expect(generate.limits.map(\.mode) == [.enforce, .enforce, .enforce, .shadow])
        #expect(generate.limits.map(\.givesBack) == [false, true, true, true])
        #expect(generate.timeoutMilliseconds == 1)
        #expect(generate.location.line == 7)
        #expect(policy.actions["export"]?.title == "export")
        #expect(policy.actions["export"]?.limits.map(\.max) == [0])
        #expect(policy.actions["export"]?.limits.first?.when == #"plan is "free" and size is 3 or true"#)
        #expect(policy.plans["free"]?.openingGrants == [5, 6])
        #expect(policy.defaultPlan == nil)
        #expect(policy.packs["50"]?.products["stripe"] == "a-b-c-b-")
        #expect(policy.packs["50"]?.price == Money(minorUnits: 1000, currency: "JPY"))
        #expect(policy.packs["50"]?.quantities == 1...1 && policy.packs["50"]?.lifetimeMilliseconds == nil)
        let unit = try #require(policy.packs["unit"])
        #expect(unit.products == ["dodo": "-b-"] && unit.quantities == 2...9)
        #expect(unit.lifetimeMilliseconds == 63_072_000_000)
        #expect(policy.lowBalance == 7)
        #expect(policy.refundGraceMilliseconds == 7_200_000)
        #expect(policy.debtLimit == 30)
        #expect(policy.mode == .enforce)
    }

    @Test("A rule with a factor costs a part of the action's own cost, and knows its units")
    func factor() throws {
        let policy = try Policy(
            parsing: """
                {
                  "actions": {
                    "chat": {
                      "cost": { "base": 3, "units": { "tokens": "1/1000" }, "minimum": 4 },
                      "hold": { "tokens": 2000 },
                      "rules": [{ "when": { "plan": "pro" }, "factor": "1/2" }]
                    }
                  },
                  "plans": { "pro": {} }
                }
                """
        )
        let own = try policy.quote("chat")
        #expect(own.cost == 5)
        let half = try policy.quote("chat", on: "pro")
        #expect(half.cost == 3 && half.rule.line == 6)
        let small = try policy.quote("chat", units: ["tokens": 1], on: "pro")
        #expect(small.cost == 2)
    }

    @Test("A policy has a price per unit with its hold and overrun")
    func usage() throws {
        let policy = try Policy(parsing: Fixture.everything, environment: ["B": "-b-"])
        let chat = try #require(policy.actions["chat"])
        // Every price accepts the units of all prices of the action.
        let free = Ratio.zero
        let own = ["input_tokens": try Ratio(1, 1000), "output_tokens": try Ratio(1, 250), "pages": free]
        #expect(chat.cost == (try Policy.Cost(base: 1, units: own)))
        #expect(chat.rules.map(\.pricing.cost?.base) == [12, 0])
        let pages = ["input_tokens": free, "output_tokens": free, "pages": try Ratio(3)]
        #expect(chat.rules.last?.pricing.cost?.units == pages)
        #expect(chat.rules.map(\.mode) == [.off, .shadow])
        #expect(chat.hold == ["output_tokens": 2000])
        #expect(chat.limits.map(\.count) == [.unit("output_tokens")])
        #expect(chat.overrun == .debt && chat.outage == .allow(max: 100) && chat.mode == .shadow)
    }

    @Test("A policy has the grants of a plan in order, with names that don't change when others are edited")
    func grants() throws {
        let pro = try #require(try Policy(parsing: Fixture.everything, environment: ["B": "-b-"]).plans["pro"])
        #expect(pro.grants.map(\.every) == [.month, .once, .month, .day, .quarter, .days(10)])
        #expect(pro.grants.map(\.name) == ["month", "once", "month-2", "day", "quarter", "10d"])
        #expect(pro.grants.map(\.number) == [0, 1, 2, 3, 4, 5])
        #expect(pro.grants.map(\.credits) == [1000, 20, 7, 1, 2, 2])
        #expect(pro.grants.map(\.rollover) == [500, 0, 0, 0, 0, 0])
        #expect(pro.grants.map(\.priority) == [0, 0, 0, -5, 1000, 0])
        #expect(pro.grants.map(\.lifetime) == [nil, nil, nil, .seconds(6 * 3600), nil, nil])
        #expect(pro.openingGrants == [20])
    }

    @Test("A policy has the defaults for missing keys")
    func defaults() throws {
        let policy = try Policy(parsing: "{}")
        #expect(policy.calendar.timeZone.secondsFromGMT() == 0)
        #expect(policy.actions.isEmpty && policy.plans.isEmpty && policy.packs.isEmpty)
        #expect(policy.defaultPlan == nil)
        #expect(policy.lowBalance == 0)
        #expect(policy.refundGraceMilliseconds == 86_400_000)
        #expect(policy.debtLimit == 0)
        #expect(policy.mode == .enforce)
    }

    @Test("A name can have 64 letters, but not 65", arguments: [(64, true), (65, false)])
    func names(length: Int, isTaken: Bool) {
        let name = String(repeating: "a", count: length)
        let texts = [
            #"{ "actions": { "\#(name)": { "cost": 1 } } }"#,
            #"{ "plans": { "\#(name)": {} } }"#,
            #"{ "packs": { "\#(name)": { "credits": 1, "price": "1.00 USD" } } }"#,
            #"{ "actions": { "a": { "cost": 1, "limits": [{ "max": 1, "per": "day", "id": "\#(name)" }] } } }"#,
        ]
        for text in texts { #expect(((try? Policy(parsing: text)) != nil) == isTaken) }
    }

    @Test(
        "Durations are accepted up to their bounds",
        arguments: [
            ("1ms", true), ("24h", true), ("86400000ms", true), ("86400001ms", false), ("1d", true), ("0ms", false),
            ("-1s", false), ("+1s", false), ("1 s", false), ("1S", false), ("s", false), ("", false), ("١s", false),
            ("9223372036854775807ms", false), ("9223372036854775808ms", false), ("1mo", false),
        ]
    )
    func durations(_ text: String, isTaken: Bool) {
        let policy = try? Policy(parsing: #"{ "actions": { "a": { "cost": 1, "timeout": "\#(text)" } } }"#)
        #expect((policy != nil) == isTaken)
    }

    @Test(
        "Credits of a pack can expire after a minute to ten years",
        arguments: [
            ("60s", 60_000), ("24h", 86_400_000), ("30d", 2_592_000_000), ("1y", 31_536_000_000),
            ("10y", 315_360_000_000),
            ("3650d", 315_360_000_000), ("3651d", nil), ("59999ms", nil), ("1Y", nil), ("9223372036854775807y", nil),
        ] as [(String, Int64?)]
    )
    func lifetimes(_ text: String, milliseconds: Int64?) {
        let pack = #"{ "packs": { "a": { "credits": 1, "price": "1.00 USD", "expires": "\#(text)" } } }"#
        #expect((try? Policy(parsing: pack))?.packs["a"]?.lifetimeMilliseconds == milliseconds)
    }

    @Test(
        "A pack can be sold in quantities",
        arguments: [
            (#"{ "max": 1 }"#, 1...1), (#"{ "min": 1000000, "max": 1000000 }"#, 1_000_000...1_000_000),
            (#"{ "min": 2 }"#, nil), (#"{ "min": 1.5, "max": 2 }"#, nil), (#"{}"#, nil), ("[1, 2]", nil),
        ] as [(String, ClosedRange<Int>?)]
    )
    func quantities(_ text: String, range: ClosedRange<Int>?) {
        let pack = #"{ "packs": { "a": { "credits": 1, "price": "1.00 USD", "quantity": \#(text) } } }"#
        #expect((try? Policy(parsing: pack))?.packs["a"]?.quantities == range)
    }

    @Test(
        "Time zones are accepted by their full names",
        arguments: [
            ("UTC", true), ("Etc/UTC", true), ("America/Argentina/Buenos_Aires", true), ("Etc/GMT+5", true),
            ("Asia/Calcutta", true), ("CET", false), ("", false), ("/etc/localtime", false), ("Europe/../UTC", false),
            ("Europe/", false), ("europe/oslo", false),
        ]
    )
    func timeZones(_ name: String, isTaken: Bool) {
        #expect(((try? Policy(parsing: #"{ "timezone": "\#(name)" }"#)) != nil) == isTaken)
    }

    @Test(
        "A missing environment variable is distinguished from one that is set",
        arguments: [nil, "", "price_1"] as [String?],
        [#""stripe": "${ID}""#, #""dodo": "${ID}""#, #""products": { "invoices": "${ID}" }"#]
    )
    func variables(value: String?, products: String) throws {
        let text = #"{ "packs": { "50": { "credits": 50, "price": "10.00 USD", \#(products) } } }"#
        let environment = ["ID": value].compactMapValues { $0 }
        let isThere = value == "price_1"
        #expect(
            try Policy(parsing: text, environment: environment).packs["50"].map { Array($0.products.values) }
                == (isThere ? ["price_1"] : [])
        )
        #expect(((try? Policy(parsing: text, environment: environment, forSale: true)) != nil) == isThere)
    }

    @Test("A pack can have a product id at any provider")
    func anyProvider() throws {
        let text = """
            { "packs": { "50": { "credits": 50, "price": "10.00 USD", "stripe": "price_1",
                "products": { "dodo": "pdt_1", "invoices": "fifty" } } } }
            """
        let products = try Policy(parsing: text).packs["50"]?.products
        #expect(products == ["stripe": "price_1", "dodo": "pdt_1", "invoices": "fifty"])
    }
}
