import Faregate

/// The laws that hold after every step of every history. A broken law is reported with its sentence and the figures
/// that break it. No check depends on how a ledger works.
struct Laws {
    private var given = CreditsGiven()
    private var before: [AccountID: AccountBalance] = [:]
    private var shares = SharesOfHolds()
    private var refunded: Set<ChargeID> = []

    /// A law that a ledger broke.
    struct Broken: Error, CustomStringConvertible {
        let description: String

        init(_ law: String, _ what: String) {
            description = "\(law)\n\(what)"
        }
    }

    /// - Parameters:
    ///   - operation: the operation of the step.
    ///   - answer: the ledger's answer.
    ///   - history: the history, for its time and its plans.
    ///   - ledger: the ledger to read from.
    mutating func check(
        _ operation: Operation,
        _ answer: String,
        _ history: RandomHistory,
        _ ledger: any LedgerBackend
    ) async throws {
        given.note(operation, answer, history)
        try await checkGivenBack(operation, answer, ledger)
        for account in history.accounts {
            guard let balance = try await ledger.balance(of: account, at: history.now) else { continue }
            try checkSums(balance, of: account)
            try checkDebt(balance, of: account)
            try given.check(balance, of: account)
            if operation.account == account { try checkRefusal(answer, before[account], balance) }
            try checkTaken(operation, answer, before[account] ?? AccountBalance(), balance, of: account)
            before[account] = balance
        }
        try await checkPrice(operation, answer, ledger)
        try await shares.check(operation, answer, at: history.now, ledger)
    }

    private func checkSums(_ balance: AccountBalance, of account: AccountID) throws {
        let parts = [balance.remaining, balance.held, balance.used, balance.expired, balance.reversed]
        guard parts.reduce(0, { $0 + $1.rawValue }) == balance.total.rawValue else {
            throw Broken(
                "every granted credit is spendable, held, used, expired or reversed", "\(account): \(balance)")
        }
    }

    private func checkDebt(_ balance: AccountBalance, of account: AccountID) throws {
        guard balance.isDue || balance.debt == 0 || balance.remaining == 0 else {
            throw Broken(
                "an account that was refreshed never has both debt and spendable credits", "\(account): \(balance)")
        }
    }

    /// In the step, the account may also have been granted credits that were due, so only an account without due
    /// credits is checked.
    private func checkRefusal(_ answer: String, _ before: AccountBalance?, _ after: AccountBalance) throws {
        guard answer.hasPrefix("refused("), let before, !before.isDue, !after.isDue else { return }
        guard before == after else {
            throw Broken("a refused call changes no balance", "before: \(before)\nafter:  \(after)")
        }
    }

    /// No purchase is reversed in these histories.
    private func checkTaken(
        _ operation: Operation,
        _ answer: String,
        _ before: AccountBalance,
        _ after: AccountBalance,
        of account: AccountID
    ) throws {
        let reversed = after.reversed.rawValue - before.reversed.rawValue
        guard case .withdraw(let request) = operation, request.account == account, answer.hasPrefix("taken") else {
            guard reversed == 0 else {
                throw Broken("only a withdrawal takes granted credits away", "\(account): \(after)")
            }
            return
        }
        // A period that came due in the step may have paid the debt.
        let owed = after.debt.rawValue - before.debt.rawValue
        guard reversed + owed == request.credits.rawValue || before.isDue && reversed <= request.credits.rawValue else {
            throw Broken("a withdrawal takes exactly its amount", "before: \(before)\nafter:  \(after)")
        }
    }

    /// Counts credits given back by hand as credits that the account can have.
    private mutating func checkGivenBack(
        _ operation: Operation, _ answer: String, _ ledger: any LedgerBackend
    ) async throws {
        guard case .giveBack(let request) = operation, answer.hasPrefix("given back") else { return }
        guard let charge = try await ledger.explain(request.charge), let made = charge.givenBack else {
            throw Broken("credits that were given back are in the explanation of their charge", "\(request.charge)")
        }
        guard charge.state == .settled, made.credits.rawValue <= charge.cost.rawValue + charge.debt.rawValue else {
            throw Broken("no more is given back than a settled call cost", "\(charge)")
        }
        guard refunded.insert(charge.charge).inserted else {
            throw Broken("a call's credits are given back once", "\(charge)")
        }
        given.add(made.credits, to: charge.account)
    }

    private func checkPrice(_ operation: Operation, _ answer: String, _ ledger: any LedgerBackend) async throws {
        switch operation {
        case .settle(let id, let settlement) where answer.hasPrefix("settled") && !answer.hasSuffix("late true"):
            guard let charge = try await ledger.explain(id) else {
                throw Broken("every charge can be explained", "\(id)")
            }
            let sum = charge.cost.rawValue + charge.debt.rawValue + charge.short.rawValue
            if let cost = settlement.cost, sum != cost.rawValue {
                throw Broken("a call costs exactly its settled price", "the price is \(cost): \(charge)")
            }
            try checkPayments(charge)
        case .refund(let id) where answer == "true":
            guard let charge = try await ledger.explain(id) else {
                throw Broken("every charge can be explained", "\(id)")
            }
            guard charge.cost == 0, charge.debt == 0, charge.short == 0 else {
                throw Broken("a failed call costs nothing", "\(charge)")
            }
            try checkPayments(charge)
        default: break
        }
    }

    private func checkPayments(_ charge: Ledger.ChargeExplanation) throws {
        guard charge.payments.reduce(0, { $0 + $1.credits.rawValue }) == charge.cost.rawValue else {
            throw Broken("the payments in an explanation add up to the cost", "\(charge)")
        }
    }
}

/// The largest amount that each account can have been given: by hand, by the opening grants of its plans, and by the
/// periods of its plans, each of which grants its credits once.
private struct CreditsGiven {
    private struct Line: Hashable {
        let account: AccountID
        let plan: String
        let name: String
    }

    private struct Periods {
        let since: Timestamp
        var latest: Int
        var count: Int64 = 1
    }

    private var byHand: [AccountID: Int64] = [:]
    private var openings: [Line: Int64] = [:]
    private var periods: [Line: Periods] = [:]
    /// The largest amount that a period of this line has granted under any version of the policy so far.
    private var most: [Line: Int64] = [:]
    private var plan: [AccountID: String] = [:]

    /// Adds credits that a person gave back.
    mutating func add(_ credits: Credits, to account: AccountID) {
        byHand[account, default: 0] += credits.rawValue
    }

    mutating func note(_ operation: Operation, _ answer: String, _ history: RandomHistory) {
        if case .grant(let request) = operation, answer == "granted" {
            byHand[request.account, default: 0] += request.credits.rawValue
        }
        var isNewOnPlan = false
        if let account = operation.account, plan[account] == nil, !isSuspension(operation) {
            plan[account] = history.plans.defaultPlan?.name
            isNewOnPlan = true
        }
        for account in history.accounts {
            count(account, isNewOnPlan: isNewOnPlan && account == operation.account, history)
        }
        // First count the old plan's periods up to now, then the new plan's: the account gets nothing for time on
        // another plan.
        if case .move(let account, let new) = operation {
            plan[account] = new.name
            count(account, isNewOnPlan: true, history)
        }
    }

    private func isSuspension(_ operation: Operation) -> Bool {
        switch operation {
        case .suspend, .resume: true
        default: false
        }
    }

    private mutating func count(_ account: AccountID, isNewOnPlan: Bool, _ history: RandomHistory) {
        guard let name = plan[account], let plan = history.plans[name] else { return }
        for grant in plan.grants {
            let line = Line(account: account, plan: name, name: grant.name)
            most[line] = max(most[line] ?? 0, grant.credits.rawValue)
            if grant.every == .once {
                if isNewOnPlan, openings[line] == nil { openings[line] = grant.credits.rawValue }
                continue
            }
            guard var known = periods[line] else {
                periods[line] = Periods(since: history.now, latest: 0)
                continue
            }
            let number = grant.period(
                containing: history.now, since: known.since, in: history.plans.calendar
            ).number
            if number > known.latest {
                known.count += isNewOnPlan ? 1 : Int64(number - known.latest)
                known.latest = number
            }
            periods[line] = known
        }
    }

    func check(_ balance: AccountBalance, of account: AccountID) throws {
        let byPlans = periods.filter { $0.key.account == account }.reduce(0) {
            $0 + $1.value.count * (most[$1.key] ?? 0)
        }
        let atFirst = openings.filter { $0.key.account == account }.reduce(0) { $0 + $1.value }
        let given = (byHand[account] ?? 0) + atFirst + byPlans
        let had =
            balance.remaining.rawValue + balance.held.rawValue + balance.used.rawValue + balance.reversed.rawValue
        guard had <= given else {
            throw Laws.Broken(
                "every credit comes from a grant, and a period grants its credits once",
                "\(account) can have been given \(given) (\(byHand[account] ?? 0) by hand, \(atFirst) at opening, "
                    + "\(byPlans) by periods), but it has or spent \(had): \(balance)"
            )
        }
    }
}
