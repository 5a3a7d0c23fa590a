import Faregate
import FaregateTesting

extension Scenario {
    /// The policy under which the account is set up: the plan "free" has its former name if it is renamed later.
    var policyBefore: String { policy(plans: plans(standard: "free"), standard: "free", price: priceText) }

    /// The policy under which the calls are made.
    var policyNow: String { policyNow(price: priceText) }

    /// The same with much higher prices: in force during the call, without any effect on it.
    var policyMeanwhile: String { policyNow(price: #""cost": { "base": 997, "units": { "input": 1, "output": 1 } }"#) }

    private func policyNow(price: String) -> String {
        switch plan {
        case .renamed:
            policy(
                plans: plans(standard: "basic", was: #""was": ["free"], "#), standard: "basic", price: price)
        case .missing:
            policy(
                plans: #""other": { "grants": [{ "credits": 11, "every": "once" }] }"#, standard: "other", price: price)
        case .standard, .moved, .absent: policy(plans: plans(standard: "free"), standard: "free", price: price)
        }
    }

    private func plans(standard: String, was: String = "") -> String {
        """
        "\(standard)": { \(was)"grants": [
            { "credits": 200, "every": "once" }, { "credits": 120, "every": "month", "rollover": \(rollover) }
        ] },
        "pro": { "grants": [{ "credits": 50, "every": "once" }, { "credits": 70, "every": "month", "rollover": 350 }] },
        "pause": { "grants": [{ "credits": 50, "every": "once" }] }
        """
    }

    private func policy(plans: String, standard: String, price: String) -> String {
        let fileMode = mode == .shadowFile ? "shadow" : mode == .offFile ? "off" : "enforce"
        let actionMode = mode == .shadowAction ? "shadow" : mode == .offAction ? "off" : "enforce"
        let ruleMode = mode == .shadowRule ? "shadow" : "off"
        // The price depends on the plan, and only the account's own plan has the right one.
        let (base, ruled) = plan == .moved ? (#""cost": 998"#, price) : (price, #""cost": 998"#)
        let named = plan == .moved ? "pro" : plan == .missing ? standard : "pause"
        return """
            {
              "timezone": "Europe/Oslo",
              "mode": "\(fileMode)",
              "debtLimit": 1000,
              "actions": {
                "act": {
                  \(base),
                  "rules": [
                    { "when": { "model": "draft" }, "cost": 999, "mode": "\(ruleMode)" },
                    { "when": { "plan": "\(named)" }, \(ruled) }
                  ],
                  \(price.contains("output") ? holdText : "")
                  \(limitText)
                  \(ending == .timedOut ? #""timeout": "5s","# : "")
                  \(ending == .outage ? #""outage": { "allow": 3 },"# : "")
                  "overrun": "\(owes ? "debt" : "cap")",
                  "mode": "\(actionMode)"
                }
              },
              "plans": { \(plans) },
              "defaultPlan": "\(standard)"
            }
            """
    }

    private var priceText: String {
        switch price {
        case .fixed: #""cost": 10"#
        case .unit: #""cost": { "base": 1, "units": { "output": 1 } }"#
        case .units: #""cost": { "base": 1, "units": { "input": 1, "output": 1 } }"#
        case .usage: #""cost": { "units": { "output": 1 } }"#
        case .free: #""cost": 0"#
        }
    }

    private var holdText: String { price == .usage ? "" : #""hold": { "output": 40 },"# }

    /// A limit of units counts credits if the price has no unit.
    var countsUnits: Bool { limit == .units && price != .fixed && price != .free }

    private var limitText: String {
        let rule: String
        switch limit {
        case .none: return ""
        case .calendar: rule = #""max": 500, "per": "day""#
        case .rolling: rule = #""max": 500, "within": "24h""#
        case .member: rule = #""max": 500, "per": "day", "by": "member""#
        case .units where countsUnits: rule = #""max": 500, "within": "24h", "count": "output""#
        case .credits, .units: rule = #""max": 500, "within": "24h", "count": "credits""#
        case .tooSmall: rule = #""max": 5, "per": "day", "count": "credits""#
        case .fullDay: rule = #""max": 1, "per": "day""#
        case .fullRolling: rule = #""max": 1, "within": "24h""#
        }
        let limitMode = mode == .shadowLimit ? "shadow" : mode == .offLimit ? "off" : "enforce"
        return #""limits": [{ \#(rule), "mode": "\#(limitMode)" }],"#
    }
}
