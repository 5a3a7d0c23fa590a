import Testing

@testable import Faregate

@Suite("A limit")
struct LimitTests {
    private func limits(_ limits: String) throws -> [Policy.Limit] {
        let policy = try Policy(
            parsing: #"{ "actions": { "a": { "cost": { "units": { "tokens": 1 } }, "limits": [\#(limits)] } } }"#
        )
        return try #require(policy.actions["a"]).limits
    }

    @Test("A limit keeps its counter when its bound, mode and refunds change", arguments: ["", #", "id": "burst""#])
    func sameCounter(id: String) throws {
        let edits = ["", #", "mode": "shadow""#, #", "mode": "off""#, #", "givesBack": false"#, #", "count": "calls""#]
        let counters = try (edits.indices).map { index in
            try limits(#"{ "max": \#(index + 1), "per": "day"\#(edits[index])\#(id) }"#)[0].counterName
        }
        #expect(Set(counters).count == 1)
    }

    @Test("A limit has another counter when it counts something else", arguments: ["", #", "id": "burst""#])
    func otherCounter(id: String) throws {
        let edits = [
            #""per": "day""#, #""per": "week""#, #""within": "24h""#, #""per": "day", "by": "member""#,
            #""per": "day", "count": "credits""#, #""per": "day", "count": "tokens""#,
        ]
        let counters = try edits.map { try limits(#"{ "max": 1, \#($0)\#(id) }"#)[0].counterName }
        #expect(Set(counters).count == edits.count)
    }

    @Test(
        "If several limits count the same calls, the weaker ones have names of their own, in any order",
        arguments: [["enforce", "shadow", "off"], ["off", "shadow", "enforce"], ["shadow", "off", "enforce"]]
    )
    func twins(modes: [String]) throws {
        for (id, name) in [("", "calls per day by account"), (#", "id": "burst""#, "burst")] {
            let list = modes.map { #"{ "max": 1, "per": "day", "mode": "\#($0)"\#(id) }"# }
            let limits = try limits(list.joined(separator: ", "))
            let counter = id.isEmpty ? name : "burst: calls per day by account"
            for (limit, mode) in zip(limits, modes) {
                let suffix = mode == "enforce" ? "" : " (\(mode))"
                #expect(limit.name == name + suffix && limit.counterName == counter + suffix)
            }
        }
        let weak = try limits(
            #"{ "max": 1, "per": "day", "mode": "off" }, { "max": 2, "per": "day", "mode": "shadow" }"#)
        #expect(weak.map(\.name) == ["calls per day by account (off)", "calls per day by account"])
    }

    @Test("A limit of calls keeps the name it had when limits could count only calls")
    func oldName() throws {
        #expect(try limits(#"{ "max": 1, "per": "day" }"#)[0].counterName == "calls per day by account")
    }

    @Test(
        "A limit with a window of an hour or longer gives back refunds, unless the policy says otherwise",
        arguments: [
            (#""per": "minute""#, false), (#""per": "hour""#, true), (#""within": "3599s""#, false),
            (#""within": "60m""#, true), (#""per": "minute", "givesBack": true"#, true),
            (#""per": "year", "givesBack": false"#, false),
        ]
    )
    func givesBack(limit: String, gives: Bool) throws {
        #expect(try limits(#"{ "max": 1, \#(limit) }"#)[0].givesBack == gives)
    }

    @Test("A limit weakened to another mode stays the same otherwise")
    func weakened() throws {
        let limit = try limits(#"{ "max": 7, "per": "day", "count": "tokens", "givesBack": false, "id": "x" }"#)[0]
        let weak = limit.weakened(to: .shadow)
        #expect(weak.mode == .shadow)
        #expect(weak.counterName == limit.counterName && weak.name == "x" && weak.count == .unit("tokens"))
        #expect(weak.max == 7 && !weak.givesBack && weak.weakened(to: .enforce) == weak)
        #expect(weak != limit && limit.weakened(to: .enforce) == limit)
    }

    @Test(
        "A limit's text names its amount",
        arguments: [("calls", 1, "1 call"), ("credits", 2, "2 credits"), ("tokens", 1, "1 tokens")]
    )
    func amount(count: String, max: Int, text: String) throws {
        #expect(try limits(#"{ "max": \#(max), "per": "day", "count": "\#(count)" }"#)[0].amountText == text)
    }

    @Test(
        "A limit's name and counter contain its conditions, whatever their order",
        arguments: [
            (#""when": { "plan": "pro" }"#, #"plan is "pro""#),
            (#""when": { "model": ["b", "a"], "fast": true }"#, #"fast is true and model is "a" or "b""#),
            (#""when": { "fast": true, "model": ["a", "b", "a"] }"#, #"fast is true and model is "a" or "b""#),
            (#""when": { "steps": { "above": 2.5, "below": 50 } }"#, "steps is above 2.5 and below 50"),
            (#""when": { "my size": "a\" or \"b" }"#, #""my size" is "a\" or \"b""#),
            ("\"when\": { \"model\": \"\u{600}\\\"\" }", "model is \"\u{FFFD}\\\"\""),
        ]
    )
    func conditions(when: String, text: String) throws {
        let limit = try narrowed(when)
        #expect(limit.when == text)
        #expect(limit.name == "calls per day by account when \(text)")
        #expect(limit.counterName == limit.name)
        #expect(try narrowed(when + #", "id": "x""#).counterName == "x: " + limit.name)
        #expect(limit.sentence == "at most 1 call per day by account when \(text)")
    }

    @Test("A limit keeps its counter when a file is saved in another spelling of the same letters")
    func spelling() throws {
        let names = try ["S\u{E3}o", "Sa\u{303}o"].map {
            try narrowed(#""when": { "city": ["\#($0)", "Rio"] }"#).counterName
        }
        #expect(names[0].utf8.elementsEqual(names[1].utf8))
    }

    @Test("Long conditions have a short name of their own")
    func long() throws {
        let names = try ["x", "y"].map { last in
            let models = (1...200).map { "\"model-\($0)\"" } + ["\"\(last)\""]
            return try narrowed("\"when\": { \"model\": [\(models.joined(separator: ", "))] }").name
        }
        #expect(names[0] != names[1])
        #expect(names.allSatisfy { $0.utf8.count < 200 })
    }

    @Test("A limit for a plan keeps its counter when the plan is renamed")
    func renamedPlan() throws {
        let counters = try [("pro", "{}"), ("plus", #"{ "was": ["gold", "pro"] }"#)].map { plan, entry in
            try narrowed("\"when\": { \"plan\": \"\(plan)\" }", plans: "{ \"\(plan)\": \(entry) }").counterName
        }
        #expect(counters[1] == #"calls per day by account when plan is "gold""#)
        let first = try narrowed(#""when": { "plan": "gold" }"#, plans: #"{ "gold": {} }"#)
        #expect(first.counterName == counters[1] && counters[0] != counters[1])
    }

    private func narrowed(_ when: String, plans: String = #"{ "pro": {} }"#) throws -> Policy.Limit {
        let limit = #"{ "max": 1, "per": "day", \#(when) }"#
        let policy = try Policy(
            parsing: #"{ "actions": { "a": { "cost": 1, "limits": [\#(limit)] } }, "plans": \#(plans) }"#
        )
        return try #require(policy.actions["a"]?.limits.first)
    }
}
