import Faregate
import Foundation

/// Generates a history from a seed. It gets the answer to each step, so that later steps can refer to it.
struct RandomHistory {
    private var random: SeededGenerator
    private(set) var now = Timestamp(rawValue: 1_767_225_600_000)
    private(set) var plans: PlanBook
    private(set) var charges: [ChargeID] = []
    private let calendar: WindowCalendar
    private var limitMaximum: Int64 = 5
    private var isEnforced = true
    private var references = 0
    /// The terms of the latest requests, with their cost. Cleared when the clock moves or the policy is edited. They
    /// are used again, because a gate also charges many calls under the same terms.
    private var terms: [(terms: ChargeTerms, cost: Int64)] = []
    private var withdrawals = 0
    /// The latest requests with a key, to be repeated.
    private var keyed: [ChargeRequest] = []

    let accounts: [AccountID] = ["ana", "bob", "cleo"]
    /// Whether the policy stays the same, the clock only moves forward and no process dies. Then the outcome depends
    /// only on the operations, and not on when an account was read.
    private let isCalm: Bool
    /// Whether the history has no limit that counts all accounts together, so that accounts don't affect each other.
    private let isApart: Bool

    init(seed: UInt64, isCalm: Bool = false, isApart: Bool = false) {
        self.init(SeededGenerator(seed: seed), isCalm: isCalm, isApart: isApart)
    }

    init(_ random: SeededGenerator, isCalm: Bool = false, isApart: Bool = false) {
        (self.isCalm, self.isApart) = (isCalm, isApart)
        var random = random
        calendar = WindowCalendar(timeZone: TimeZone(identifier: "Europe/Oslo") ?? .gmt)
        let credits = Int64.random(in: 20...60, using: &random)
        let rollover = Int64.random(in: 0...80, using: &random)
        plans = RandomHistory.plans(credits: credits, rollover: rollover, calendar, using: &random)
        self.random = random
    }

    /// Whether the bytes that decide the history are used up.
    var isAtEnd: Bool { random.isAtEnd }

    mutating func next() -> Operation {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<33: .charge(request())
        case 33..<38: .charge(keyed.randomElement(using: &random) ?? request())
        case 38..<44: .extend(someCharge(), Credits(inRange: Int64.random(in: 0...20, using: &random)))
        case 44..<60: .settle(someCharge(), settlement())
        case 60..<68: .refund(someCharge())
        case 68..<74: grant()
        case 74: withdraw()
        case 75, 99: giveBack()
        case 76: .refresh(someAccount())
        case 77..<79: move()
        case 79: .suspend(someAccount())
        case 80..<83: .resume(someAccount())
        case 83..<85: .heartbeat
        case 85..<88: isCalm ? tick() : .recover
        case 88..<90: isCalm ? tick() : edit()
        default: tick()
        }
    }

    /// Reads the charge's number from the answer.
    mutating func remember(from answer: String) {
        guard answer.hasPrefix("held("), let number = Int64(answer.dropFirst(5).prefix(while: \.isNumber)) else {
            return
        }
        charges.append(ChargeID(rawValue: number))
    }

    // MARK: Time

    private mutating func tick() -> Operation {
        let steps: [Int64] = [
            1, 1000, 20_000, 59_999, 60_000, 61_000, 3_600_000, 86_400_000, 3 * 86_400_000, 33 * 86_400_000, -1,
            -30_000,
            -3_600_000, -2 * 86_400_000,
        ]
        let step = (isCalm ? Array(steps.prefix { $0 > 0 }) : steps).randomElement(using: &random) ?? 1
        now = now.advanced(byMilliseconds: step)
        terms = []
        return .nothing("the clock moves by \(step) ms, to \(now)")
    }

    // MARK: Policy

    private mutating func edit() -> Operation {
        terms = []
        limitMaximum = Int64.random(in: 1...12, using: &random)
        isEnforced = Int.random(in: 0..<4, using: &random) > 0
        let credits = Int64.random(in: 1...60, using: &random)
        let rollover = Int64.random(in: 0...80, using: &random)
        plans = RandomHistory.plans(credits: credits, rollover: rollover, calendar, using: &random)
        return .nothing("the policy is edited: max \(limitMaximum), \(credits) a period, rollover \(rollover)")
    }

    private mutating func move() -> Operation {
        let name = Bool.random(using: &random) ? "pro" : "free"
        guard let plan = plans[name] else { return .nothing("no plan") }
        return .move(someAccount(), plan)
    }

    // MARK: Calls

    private mutating func someAccount() -> AccountID { accounts.randomElement(using: &random) ?? "ana" }

    /// Mostly a recent charge, and sometimes one that never existed.
    private mutating func someCharge() -> ChargeID {
        if Int.random(in: 0..<25, using: &random) == 0 { return ChargeID(rawValue: 1_000_000) }
        return charges.suffix(12).randomElement(using: &random) ?? ChargeID(rawValue: 1)
    }

    private mutating func request() -> ChargeRequest {
        let member: MemberID? = [nil, "mia", "noa"].randomElement(using: &random) ?? nil
        let (terms, cost) = someTerms()
        let request = ChargeRequest(
            account: someAccount(),
            member: member,
            cost: Credits(inRange: cost),
            under: terms,
            assuming: [nil, nil, nil, nil, AssumedPlan("free"), AssumedPlan("pro"), AssumedPlan(nil)]
                .randomElement(using: &random) ?? nil,
            key: key(),
            attributes: Bool.random(using: &random) ? ["model": "draft", "steps": 3] : [:],
            units: Int.random(in: 0..<3, using: &random) == 0
                ? ["tokens": Int64.random(in: 0...900, using: &random)] : [:]
        )
        if request.key != nil { keyed = keyed.suffix(3) + [request] }
        return request
    }

    private mutating func someTerms() -> (terms: ChargeTerms, cost: Int64) {
        if Bool.random(using: &random), let known = terms.randomElement(using: &random) { return known }
        let cost = Int.random(in: 0..<8, using: &random) == 0 ? 0 : Int64.random(in: 1...25, using: &random)
        let kinds = Int.random(in: 0..<3, using: &random)
        let made = ChargeTerms(
            action: Bool.random(using: &random) ? "generate" : "chat",
            limits: (0..<kinds).map { limit($0, cost: cost) },
            plans: plans,
            policyVersion: "v\(limitMaximum)",
            rule: Policy.Location(file: "policy.jsonc", line: Int(limitMaximum), column: 1),
            refundGraceMilliseconds: [0, 3_600_000, 86_400_000].randomElement(using: &random) ?? 0,
            lowBalance: Credits(inRange: Int64.random(in: 0...12, using: &random))
        )
        terms.append((made, cost))
        return (made, cost)
    }

    private mutating func key() -> IdempotencyKey? {
        guard Int.random(in: 0..<4, using: &random) == 0 else { return nil }
        let name = "k\(Int.random(in: 0..<6, using: &random))"
        let fingerprint = Int.random(in: 0..<5, using: &random) == 0 ? "other" : "same"
        return try? IdempotencyKey(name, fingerprint: fingerprint, lifetime: .milliseconds(3_600_000))
    }

    private mutating func limit(_ number: Int, cost: Int64) -> LimitCheck {
        let countsCredits = Int.random(in: 0..<3, using: &random) == 0
        let scopes = Policy.Limit.Scope.allCases.filter { !isApart || $0 != .action }
        let scope = scopes.randomElement(using: &random) ?? .account
        let window: LimitCheck.Window
        let name: String
        if Bool.random(using: &random) {
            let unit = [Policy.Limit.CalendarUnit.minute, .day, .month].randomElement(using: &random) ?? .day
            let range = calendar.window(unit, containing: now)
            (window, name) = (.calendar(from: range.lowerBound, until: range.upperBound), unit.rawValue)
        } else {
            let length: Int64 = [60_000, 3_600_000, 86_400_000].randomElement(using: &random) ?? 60_000
            (window, name) = (.rolling(milliseconds: length), "\(length)")
        }
        let what = countsCredits ? "credits" : "calls"
        return LimitCheck(
            name: "\(number) \(what) \(name) \(scope)",
            counter: "\(number) \(what) \(name) \(scope)",
            scope: scope,
            max: countsCredits ? limitMaximum * 20 : limitMaximum,
            amount: countsCredits ? cost : 1,
            window: window,
            givesBack: Bool.random(using: &random),
            isEnforced: isEnforced
        )
    }

    private mutating func settlement() -> Settlement {
        guard Int.random(in: 0..<3, using: &random) > 0 else { return .whole }
        var settlement = Settlement(cost: Credits(inRange: Int64.random(in: 0...40, using: &random)))
        if Bool.random(using: &random) {
            settlement.overrun = .debt
            settlement.debtLimit = Credits(inRange: Int64.random(in: 0...30, using: &random))
        }
        if Bool.random(using: &random) {
            let cost = settlement.cost?.rawValue ?? 0
            for number in 0..<2 {
                for window in ["day", "60000", "3600000"] {
                    settlement.counted["\(number) credits \(window) account"] = cost
                }
            }
        }
        if Bool.random(using: &random) { settlement.used = ["tokens": Int64.random(in: 0...900, using: &random)] }
        if Int.random(in: 0..<4, using: &random) == 0 { settlement.result = [1, 2, 3] }
        return settlement
    }

    private mutating func grant() -> Operation {
        let isRepeat = Int.random(in: 0..<5, using: &random) == 0
        if !isRepeat { references += 1 }
        let expiries: [Int64] = [1, 60_000, 86_400_000, 40 * 86_400_000]
        let isLasting = Bool.random(using: &random)
        let expiresAt =
            isLasting ? Timestamp.never : now.advanced(byMilliseconds: expiries.randomElement(using: &random) ?? 1)
        let request = try? GrantRequest(
            account: someAccount(),
            credits: Credits(inRange: Int64.random(in: 1...80, using: &random)),
            source: GrantSource.allCases.randomElement(using: &random) ?? .promotion,
            reference: GrantReference("grant \(references)"),
            priority: Int.random(in: -1...1, using: &random),
            expiresAt: expiresAt,
            actions: RandomHistory.purpose(using: &random),
            reason: "random",
            plans: plans
        )
        return request.map(Operation.grant) ?? .nothing("no grant")
    }

    private mutating func withdraw() -> Operation {
        let isRepeat = Int.random(in: 0..<4, using: &random) == 0
        if !isRepeat { withdrawals += 1 }
        let grants = [
            nil, nil, "grant \(references)", "grant \(max(1, references - 3))", "opening:free:once",
            "plan:pro:month:0", "no such grant",
        ]
        let request = try? Withdrawal(
            account: Int.random(in: 0..<20, using: &random) == 0 ? "nobody" : someAccount(),
            credits: Credits(inRange: Int64.random(in: 1...40, using: &random)),
            from: grants.randomElement(using: &random) ?? nil,
            allowsDebt: Bool.random(using: &random),
            reference: GrantReference("withdrawal \(withdrawals)"),
            note: Operation.note,
            plans: plans
        )
        return request.map(Operation.withdraw) ?? .nothing("no withdrawal")
    }

    private mutating func giveBack() -> Operation {
        let credits = Bool.random(using: &random) ? Credits(inRange: Int64.random(in: 1...20, using: &random)) : nil
        let request = try? GiveBack(someCharge(), credits: credits, note: Operation.note, plans: plans)
        return request.map(Operation.giveBack) ?? .nothing("nothing to give back")
    }
}
