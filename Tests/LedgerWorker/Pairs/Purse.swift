/// The credits of a scenario's account, in numbers that can be checked on paper.
///
/// Before the call the account has 200 credits that stay and 360 of its plan's months: two carried over, and the
/// present one, of 120 each. An account that was on another plan has only the present 120. Credits from elsewhere are
/// added.
struct Purse {
    private let scenario: Scenario
    /// Credits that stay, whatever month it is.
    private var lasting: Int64
    /// Credits that expire or are carried over at the month's end: they are spent first.
    private var month: Int64
    /// The months of the account's new plan, which end after the scenario.
    private var other: Int64 = 0
    /// Refunds to an ended month beyond the rollover: they last a day and are spent first.
    private var grace: Int64 = 0
    private(set) var used: Int64 = 0
    /// The credits that the call holds while the month ends.
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

    /// The credits granted before the call.
    static func given(_ plan: Scenario.Plan) -> Int64 {
        switch plan {
        case .standard, .renamed, .missing: 560
        case .moved: 680
        case .absent: 370
        }
    }

    /// Negative if the account has a debt.
    private var net: Int64 { lasting + month + other + grace }
    var spendable: Int64 { max(0, net) }

    mutating func hold(_ credits: Int64) { held.credits = credits }

    /// A call costs at most the account's credits, unless the policy lets it owe the rest.
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

    /// What happens during the call, and how it is closed. A month carries over its unspent credits, up to the
    /// rollover; none if the account is on another plan or an unknown one.
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

    /// A day and an hour after the calls: credits refunded for a day have expired, even if a later call held and
    /// refunded them again.
    var netAfterGrace: Int64 { scenario.crossesPeriod ? net - grace : net }

    /// The time of the last check: if a month has ended, a few days later, when late refunds have expired and the
    /// months of the new plan have ended too.
    var netInTheEnd: Int64 {
        netAfterGrace + (scenario.crossesPeriod && scenario.plan == .moved ? 70 : 0)
    }
}
