import Faregate
import FaregateTesting

/// The expected result of a scenario, computed without the gate and without a ledger.
struct Expected: Equatable {
    /// The callers' results: of the first call, and of the second if there is one.
    var answers: [String] = []
    /// How often a handler ran.
    var runs = 0
    /// The spendable credits less the debt: after the day in which late refunds can be spent, and at the end.
    var netAfterGrace: Int64 = 0
    var net: Int64 = 0
    /// The used credits; nil if a purchase was partly reversed, since paid debts count as used too.
    var used: Int64?
    /// The limit's count in the window of the last call; nil if it counts nothing.
    var counted: Int64?
}

extension Scenario {
    // MARK: Each factor's rule

    /// Shadow and off charge nothing, and a rule or limit in shadow changes no price.
    var takes: Bool { ![.shadowAction, .shadowFile, .offAction, .offFile].contains(mode) }
    /// An action that is off records no call.
    var isOff: Bool { [.offAction, .offFile].contains(mode) }
    /// A limit refuses only if it, its action and its file are enforced.
    var limitRefuses: Bool { limit != .none && [.enforced, .shadowRule, .offRule].contains(mode) }
    /// A limit in shadow counts what it would count if it were enforced.
    var limitCounts: Bool { limit != .none && ![.offLimit, .offAction, .offFile].contains(mode) }
    var reportsSomething: Bool { reports && !price.report.isEmpty }
    /// A month of the account's plan ends during the call.
    var crossesPeriod: Bool { [.periodEnds, .day31, .daylightSaving].contains(clock) }
    var crossesMidnight: Bool { clock == .periodEnds }
    var isFull: Bool { limit == .fullDay || limit == .fullRolling }
    /// The account has only its purchased credits.
    var isDrained: Bool { [.refunded, .disputed, .disputeWon].contains(purchase) }
    /// The largest amount that a month carries over: less than it has, or all.
    var rollover: Int64 { plan == .renamed ? 1000 : 350 }
    /// The call alone exceeds its limit, so that it is refused even if the limit's window is empty.
    private var isTooLarge: Bool { limitRefuses && limit == .tooSmall && hold > 5 }
    /// The ledger is out of reach when the call arrives, and the call is allowed: by the action's outage rule, or
    /// because shadow refuses nobody.
    var isLetThrough: Bool { !isOff && !isTooLarge && (ending == .outage || ending == .denied && !takes) }

    /// The cost of a call that ends this way, by the guide's table.
    private func price(after ending: HowCallsEnd.Ending) -> Int64 {
        let line = HowCallsEnd.lines.first {
            $0.ending == ending && $0.keepsReported == keeps && $0.reports == reportsSomething
        }
        return line?.costs[price] ?? 0
    }

    var priceOfSuccess: Int64 { price(after: .succeeded) }

    /// Nothing is settled for a call that died, never started, or failed without a charge.
    private var isSettled: Bool {
        switch ending {
        case .succeeded, .late, .outage, .denied, .outageAtEnd: true
        case .killed, .neverStarted: false
        case .cancelled, .foreignError: keeps && (reportsSomething || price == .fixed || price == .free)
        case .failed, .threw, .timedOut: keeps && reportsSomething
        }
    }

    private var priceOfFirst: Int64 {
        switch ending {
        case .succeeded, .late, .outage, .denied, .outageAtEnd: priceOfSuccess
        case .failed: price(after: .failed)
        case .threw: price(after: .threw)
        case .foreignError: price(after: .cancelledWithForeignError)
        case .cancelled: price(after: .cancelled)
        case .neverStarted: price(after: .neverStarted)
        case .timedOut: price(after: .timedOut)
        case .killed: 0
        }
    }

    /// The credits held before anything is reported.
    private var hold: Int64 {
        switch price {
        case .fixed: 10
        case .unit, .units: 41
        case .usage: 1
        case .free: 0
        }
    }

    /// The credits held after the report: if it exceeds the hold, the hold grows.
    private var holdAfterReport: Int64 {
        guard reportsSomething else { return hold }
        return price == .units || price == .usage ? 2 * hold : hold
    }

    /// The limit's count for a settled call.
    private func amount(ofSuccess: Bool) -> Int64 {
        switch limit {
        case .none: 0
        case .calendar, .rolling, .member, .fullDay, .fullRolling: 1
        case .units where countsUnits: output(ofSuccess: ofSuccess)
        case .credits, .units, .tooSmall: ofSuccess ? priceOfSuccess : priceOfFirst
        }
    }

    /// A unit without a report counts as quoted if the call succeeded, and not at all if it failed.
    private func output(ofSuccess: Bool) -> Int64 {
        if let reported = price.report["output"], reports { return reported }
        return ofSuccess && price != .usage ? 40 : 0
    }

    // MARK: The whole scenario

    private enum Fate {
        case refused(String)
        case runs(settled: Bool)
    }

    private var firstFate: Fate {
        if isOff { return .runs(settled: false) }
        if ending == .denied || ending == .outage, !isLetThrough { return .refused("ledger-unavailable") }
        if isTooLarge || limitRefuses && ending != .outage && isFull { return .refused("quota-exceeded") }
        return .runs(settled: isSettled)
    }

    /// Whether the first call's handler runs.
    var firstRuns: Bool {
        if case .runs = firstFate { ending != .neverStarted } else { false }
    }

    /// A second call during the first gets the same answer, unless the first caller was cancelled.
    var isShared: Bool { key == .repeatedWhileRunning && firstRuns && ending != .cancelled && ending != .foreignError }

    var hasSecond: Bool { key != .none && key != .new }

    private var firstAnswer: String {
        if case .refused(let kind) = firstFate { return kind }
        return switch ending {
        case .succeeded, .late, .outage, .denied, .outageAtEnd: "good"
        case .failed: "bad"
        case .threw, .foreignError, .killed: "HandlerFailed"
        case .cancelled, .neverStarted: "CancellationError"
        case .timedOut: "Gate.TimedOut \(takes ? priceOfFirst : 0)"
        }
    }

    private func secondFate(spendable: Int64) -> Fate {
        if isOff { return .runs(settled: false) }
        if case .runs(settled: true) = firstFate {
            return .refused(key == .otherRequest ? "key-reused" : "key-completed")
        }
        let isFullStill = limit == .fullRolling || limit == .fullDay && !crossesMidnight
        if isTooLarge || limitRefuses && isFullStill { return .refused("quota-exceeded") }
        if takes, spendable < hold { return .refused("insufficient-credits") }
        return .runs(settled: true)
    }

    var expected: Expected {
        var expected = Expected(answers: [firstAnswer])
        var purse = Purse(self)
        var counts: [Int64] = isFull ? [amount(ofSuccess: true)] : []
        if firstRuns { expected.runs += 1 }
        if isFull, takes { purse.pay(priceOfSuccess) }
        if case .runs(let settled) = firstFate {
            if takes, firstRuns, !isLetThrough { purse.hold(holdAfterReport) }
            let isChargedLater = isLetThrough || ending == .late
            if takes, !isChargedLater { purse.held.cost = priceOfFirst }
            purse.passTime()
            if takes, isChargedLater { purse.pay(priceOfFirst) }
            if settled { counts.append(amount(ofSuccess: ending != .cancelled && firstAnswer == "good")) }
        } else {
            purse.passTime()
        }
        if hasSecond {
            let isNewDay = crossesMidnight && [.calendar, .member, .tooSmall, .fullDay].contains(limit)
            if isNewDay, !isShared { counts = [] }
            switch secondFate(spendable: purse.spendable) {
            case _ where isShared: expected.answers.append(firstAnswer)
            case .refused(let kind): expected.answers.append(kind)
            case .runs:
                expected.answers.append("good")
                expected.runs += 1
                if takes { purse.pay(priceOfSuccess) }
                counts.append(amount(ofSuccess: true))
            }
        }
        expected.netAfterGrace = purse.netAfterGrace
        expected.net = purse.netInTheEnd
        expected.used = [.none, .paid].contains(purchase) ? purse.used : nil
        expected.counted = limitCounts ? counts.reduce(0, +) : nil
        return expected
    }
}
