import Faregate
import Testing

@Suite("A quote of a price per unit")
struct UsagePriceTests {
    private let policy: Policy

    init() throws {
        policy = try Policy(
            parsing: """
                {
                  "actions": {
                    "chat": {
                      "cost": { "base": 1, "units": { "in": "1/1000", "out": "4/1000" } },
                      "hold": { "out": 2000 },
                      "rules": [
                        { "when": { "model": "flat" }, "cost": 25 },
                        { "when": { "model": "video" }, "cost": { "units": { "seconds": 3, "out": 0.5 } } },
                      ],
                      "limits": [
                        { "max": 5, "per": "day" },
                        { "max": 100, "per": "day", "count": "credits" },
                        { "max": 9000, "per": "day", "count": "out" },
                        { "max": 60, "per": "day", "count": "seconds" },
                      ],
                      "overrun": "debt",
                      "outage": { "allow": 7 },
                    },
                  },
                  "debtLimit": 40,
                }
                """
        )
    }

    @Test(
        "A quote assumes the hold for units that the caller doesn't pass",
        arguments: [
            ([:], nil, 9, ["out": 2000]), ([:], [:], 9, ["out": 2000]),
            ([:], ["in": 1500], 11, ["in": 1500, "out": 2000]), ([:], ["out": 0], 1, ["out": 0]),
            ([:], ["in": 500, "out": 125], 2, ["in": 500, "out": 125]),
            // Units that only another price of the action knows cost nothing.
            (["model": "flat"], ["in": 1500], 25, ["in": 1500, "out": 2000]),
            (
                [:], ["seconds": 9], 9,
                [
                    "out": 2000, "seconds": 9,
                ]
            ),
            (["model": "video"], ["seconds": 2], 1006, ["out": 2000, "seconds": 2]),
        ] as [(Attributes, Units?, Credits, Units)]
    )
    func assumed(attributes: Attributes, told: Units?, cost: Credits, units: Units) throws {
        let quote = try policy.quote("chat", attributes: attributes, units: told)
        #expect(quote.cost == cost)
        #expect(quote.units == units)
        #expect(try quote.price.credits(for: units) == cost)
    }

    @Test("A quote gives the amount that each limit counts")
    func counted() throws {
        let quote = try policy.quote("chat", units: ["in": 1500])
        #expect(quote.limits.map(quote.amount) == [1, 11, 2000, 0])
        #expect(quote.limits.map(\.name).last == "seconds per day by account")
    }

    @Test("A quote has the policy's rules for overruns and outages")
    func terms() throws {
        let quote = try policy.quote("chat")
        #expect(quote.overrun == .debt)
        #expect(quote.debtLimit == 40)
        #expect(quote.outage == .allow(max: 7))
        let plain = try Policy(parsing: #"{ "actions": { "a": { "cost": 1 } } }"#).quote("a")
        #expect(plain.overrun == .cap && plain.debtLimit == 0 && plain.outage == .deny && plain.mode == .enforce)
    }

    @Test("A quote of units that can't be priced is refused", arguments: [["words": 1], ["in": -1], ["in": 1 << 53]])
    func refused(units: Units) {
        #expect(throws: InvalidInput.self) { try policy.quote("chat", units: units) }
        #expect(throws: InvalidInput.self) { try policy.quote("chat", attributes: ["model": "flat"], units: units) }
    }

    @Test("A quote with units of an unknown action is refused as an unknown action")
    func unknownAction() {
        #expect(throws: Gate.UnknownAction.self) { try policy.quote("chta", units: ["words": 1]) }
    }
}
