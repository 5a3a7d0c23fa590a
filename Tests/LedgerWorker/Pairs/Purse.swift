/// What the account of a scenario has: in numbers that can be worked out on paper.
///
/// Before the call it has 200 credits that stay, and 360 of its plan's months (two of 120 that were carried over, and the
/// present one); one that was away has only the present 120. What it was given elsewhere comes on top.
struct Purse {
    private let scenario: Scenario
    /// What stays, whatever month it is.
    private var lasting: Int64
    /// What lapses or is carried over when the month ends: it is spent first.
    private var month: Int64
    /// The months of the plan that the account was moved to, which end after everything has happened.
    private var other: Int64 = 0
    /// What came back of a month that had ended, too much to be carried over: for a day, and spent first.
    private var grace: Int64 = 0
    private(set) var used: Int64 = 0
    /// The call that runs while the month ends.
    var held = (credits: Int64(0), cost: Int64(0))

    init(_ scenario: Scenario) {
        self.scenario = scenario
        (lasting, month) = (200, 360)
        switch scenario.plan {
        case .standard, .renamed, .missing: break
        case .moved: (lasting, other) = (250, 70)
        case .absent: (lasting, month) = (250, 120)
        }
        if scenario.isDrained {
            used = Purse.given(scenario.plan)
            (lasting, month, other) = (0, 0, 0)
        }
        if scenario.purchase != .none { lasting += 300 }
    }

    /// What was given before the call.
    static func given(_ plan: Scenario.Plan) -> Int64 {
        switch plan {
        case .standard, .renamed, .missing: 560
        case .moved: 680
        case .absent: 370
        }
    }

    /// Negative where the account owes.
    private var net: Int64 { lasting + month + other + grace }
    var spendable: Int64 { max(0, net) }

    mutating func hold(_ credits: Int64) { held.credits = credits }

    /// A call costs no more than the account has, unless the rest may be owed.
    mutating func pay(_ price: Int64) {
        var rest = scenario.owes ? price : min(price, spendable)
        used += rest
        for lot in [\Purse.grace, \Purse.month, \Purse.other] {
            let paid = min(rest, self[keyPath: lot])
            self[keyPath: lot] -= paid
            rest -= paid
        }
        lasting -= rest
    }

    /// What happens while the call runs, and how it is closed. A month carries over what was really unspent of it, up to
    /// the rollover; and nothing where the account is on another plan, or on none that anybody knows.
    mutating func passTime() {
        if scenario.purchase == .refunded || scenario.purchase == .disputed { lasting -= 300 }
        let isOfMonth = !scenario.isDrained
        guard scenario.crossesPeriod else { return close() }
        if isOfMonth { month -= held.credits } else { lasting -= held.credits }
        let goesOn = scenario.plan != .moved && scenario.plan != .missing
        let carried = goesOn ? min(scenario.rollover, month) : 0
        month = carried + (goesOn ? 120 : 0)
        let returned = held.credits - held.cost
        used += held.cost
        if isOfMonth {
            let alsoCarried = goesOn ? min(returned, scenario.rollover - carried) : 0
            month += alsoCarried
            grace += returned - alsoCarried
        } else {
            lasting += returned
        }
    }

    private mutating func close() {
        used += held.cost
        if scenario.isDrained { lasting -= held.cost } else { month -= held.cost }
    }

    /// A day and an hour after the calls: what came back for a day is gone, whatever was held of it and came back again.
    var netAfterGrace: Int64 { scenario.crossesPeriod ? net - grace : net }

    /// When the last look is taken: where a month has ended, a few days later, when the grace is over and the months of
    /// the plan that the account was moved to have ended too.
    var netInTheEnd: Int64 {
        netAfterGrace + (scenario.crossesPeriod && scenario.plan == .moved ? 70 : 0)
    }
}
