import Faregate
import Foundation
import Testing

@Suite("A policy, as it is read")
struct PolicyDecoderTests {
    @Test("has everything that its file says")
    func everything() throws {
        let policy = try Policy(
            parsing: """
                {
                  "timezone": "Europe/Oslo",
                  "actions": {
                    "export": { "cost": 0 },
                    "generate": {
                      "title": "Generate an image",
                      "cost": 9007199254740991,
                      "limits": [
                        { "max": 3, "per": "minute", "by": "member" },
                        { "max": 100, "within": "24h", "by": "action", "count": "calls" },
                        { "max": 9, "per": "minute", "by": "member", "id": "burst" },
                      ],
                      "timeout": "1ms",
                    },
                  },
                  "plans": { "pro": { "grants": [{ "credits": 5, "every": "once" }, { "credits": 6, "every": "once" }] } },
                  "packs": { "50": { "credits": 50, "price": "1000 JPY", "stripe": "a${B}c${B}" } },
                  "lowBalance": 7,
                  "refundGrace": "2h",
                }
                """,
            environment: ["B": "-b-"]
        )
        let generate = try #require(policy.actions["generate"])
        #expect(policy.calendar.timeZone.identifier == "Europe/Oslo")
        #expect(generate.title == "Generate an image")
        #expect(generate.cost.base == .max)
        #expect(generate.limits.map(\.name) == ["calls per minute by member", "calls within 24h by action", "burst"])
        #expect(generate.limits.map(\.window) == [.per(.minute), .within(milliseconds: 86_400_000), .per(.minute)])
        #expect(generate.limits.map(\.scope) == [.member, .action, .member])
        #expect(generate.timeoutMilliseconds == 1)
        #expect(generate.location.line == 7)
        #expect(policy.actions["export"]?.title == "export")
        #expect(policy.plans["pro"]?.openingGrants == [5, 6])
        #expect(policy.defaultPlan == nil)
        #expect(policy.packs["50"]?.stripePrice == "a-b-c-b-")
        #expect(policy.packs["50"]?.price == Money(minorUnits: 1000, currency: "JPY"))
        #expect(policy.lowBalance == 7)
        #expect(policy.refundGraceMilliseconds == 7_200_000)
    }

    @Test("has the defaults where its file says nothing")
    func defaults() throws {
        let policy = try Policy(parsing: "{}")
        #expect(policy.calendar.timeZone.secondsFromGMT() == 0)
        #expect(policy.actions.isEmpty && policy.plans.isEmpty && policy.packs.isEmpty)
        #expect(policy.defaultPlan == nil)
        #expect(policy.lowBalance == 0)
        #expect(policy.refundGraceMilliseconds == 86_400_000)
    }

    @Test("has a name of 64 letters, but not of 65", arguments: [(64, true), (65, false)])
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
        "takes durations up to their bounds",
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
        "takes time zones by their full names",
        arguments: [
            ("UTC", true), ("Etc/UTC", true), ("America/Argentina/Buenos_Aires", true), ("Etc/GMT+5", true),
            ("Asia/Calcutta", true), ("CET", false), ("", false), ("/etc/localtime", false), ("Europe/../UTC", false),
            ("Europe/", false), ("europe/oslo", false),
        ]
    )
    func timeZones(_ name: String, isTaken: Bool) {
        #expect(((try? Policy(parsing: #"{ "timezone": "\#(name)" }"#)) != nil) == isTaken)
    }

    @Test("knows a missing variable from one that is there", arguments: [nil, "", "price_1"])
    func variables(value: String?) throws {
        let text = #"{ "packs": { "50": { "credits": 50, "price": "10.00 USD", "stripe": "${ID}" } } }"#
        let environment = ["ID": value].compactMapValues { $0 }
        let isThere = value == "price_1"
        #expect(try Policy(parsing: text, environment: environment).packs["50"]?.stripePrice == (isThere ? value : nil))
        #expect(((try? Policy(parsing: text, environment: environment, forSale: true)) != nil) == isThere)
    }
}
