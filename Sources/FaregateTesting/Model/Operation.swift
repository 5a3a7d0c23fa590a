import Faregate

/// One step of a random history.
enum Operation: CustomStringConvertible {
    case charge(ChargeRequest)
    case extend(ChargeID, Credits)
    case settle(ChargeID, Settlement)
    case refund(ChargeID)
    case grant(GrantRequest)
    case withdraw(Withdrawal)
    case giveBack(GiveBack)
    case refresh(AccountID)
    case move(AccountID, Policy.Plan)
    case suspend(AccountID)
    case resume(AccountID)
    case heartbeat
    case recover
    /// Time passes, the clock is set, or the policy is edited. The ledger is not called.
    case nothing(String)

    /// - Returns: the ledger's answer as text.
    func perform(on ledger: any LedgerBackend, _ now: Timestamp, _ plans: PlanBook) async throws -> String {
        switch self {
        case .charge(let request): "\(try await ledger.charge(request, at: now))"
        case .extend(let charge, let credits):
            try await ledger.extend(charge, by: credits, under: plans, at: now).map { "\($0)" } ?? "not held"
        case .settle(let charge, let settlement):
            text(try await ledger.settle(charge, settlement, under: plans, at: now))
        case .refund(let charge): "\(try await ledger.refund(charge, because: .threw, at: now))"
        case .grant(let request): text(try await ledger.grant(request, at: now))
        case .withdraw(let request): text(try await ledger.withdraw(request, at: now))
        case .giveBack(let request): text(try await ledger.giveBack(request, at: now))
        case .refresh(let account):
            try await {
                try await ledger.refresh(account, under: plans, at: now); return ""
            }()
        case .move(let account, let plan):
            try await {
                try await ledger.move(account, to: plan, under: plans, Operation.note, at: now); return ""
            }()
        case .suspend(let account): "\(try await ledger.suspend(account, Operation.note, at: now))"
        case .resume(let account): "\(try await ledger.resume(account, Operation.note, at: now))"
        case .heartbeat:
            try await {
                try await ledger.heartbeat(at: now); return ""
            }()
        case .recover: "\(try await ledger.recover(at: now).map(\.id.rawValue))"
        case .nothing: ""
        }
    }

    /// The answer without grant numbers, because each ledger assigns them in its own way.
    private func text(_ result: GrantResult) -> String {
        switch result {
        case .granted: "granted"
        case .alreadyGranted: "already granted"
        case .referenceTaken: "reference taken"
        }
    }

    private func text(_ result: WithdrawalResult) -> String {
        switch result {
        case .taken(let withdrawn): "taken: \(text(withdrawn))"
        case .alreadyTaken(let withdrawn): "already taken: \(text(withdrawn))"
        case .referenceTaken, .notEnough, .unknownGrant, .unknownAccount: "refused(\(result))"
        }
    }

    private func text(_ withdrawn: WithdrawalResult.Withdrawn) -> String {
        let lots = withdrawn.lots.map { lot in
            // Each ledger numbers charges in its own way.
            let isRefund = ChargeID(refundReference: lot.reference) != nil
            return "\(lot.credits) of \(lot.source) \(isRefund ? "refund" : lot.reference)"
        }
        return "\(lots), owed \(withdrawn.owed), debt \(withdrawn.debt)"
    }

    private func text(_ result: GiveBackResult) -> String {
        switch result {
        case .givenBack(let made): "given back: \(text(made))"
        case .alreadyGivenBack(let made): "already given back: \(text(made))"
        case .stillOpen, .refunded, .costNothing, .moreThanCost, .unknownCharge: "not given back: \(result)"
        }
    }

    private func text(_ made: Ledger.GivenBack) -> String {
        "\(made.credits) at \(made.at) until \(made.expiresAt) for \(made.actions ?? [])"
    }

    /// Leaves out which grants paid, because a ledger need not report that if the whole hold was settled.
    private func text(_ result: SettleResult) -> String {
        guard case .settled(let settled) = result else { return "not held" }
        return "settled, debt \(settled.debt), short \(settled.short), late \(settled.isLate)"
    }

    static var note: Ledger.Note {
        do throws(InvalidInput) { return try Ledger.Note(by: "test", reason: "random") } catch {
            preconditionFailure("\(error)")
        }
    }

    /// The account of the operation; nil for operations on all accounts.
    var account: AccountID? {
        switch self {
        case .charge(let request): request.account
        case .grant(let request): request.account
        case .withdraw(let request): request.account
        case .refresh(let account), .move(let account, _), .suspend(let account), .resume(let account): account
        case .extend, .settle, .refund, .giveBack, .heartbeat, .recover, .nothing: nil
        }
    }

    /// Returns the same operation with another ledger's numbers for its charges.
    func renumbered(_ numbers: [ChargeID: ChargeID]) -> Operation {
        switch self {
        case .extend(let charge, let credits): .extend(numbers[charge] ?? charge, credits)
        case .settle(let charge, let settlement): .settle(numbers[charge] ?? charge, settlement)
        case .refund(let charge): .refund(numbers[charge] ?? charge)
        case .giveBack(let request): .giveBack(request.renumbered(numbers))
        default: self
        }
    }

    var description: String {
        switch self {
        case .charge(let request):
            "charge \(request.account) \(request.cost) for \(request.terms.action), limits \(request.terms.limits), "
                + "plan \(request.assumedPlan.map { $0.name ?? "none" } ?? "any"), key \(request.key?.key ?? "none")"
        case .extend(let charge, let credits): "extend \(charge) by \(credits)"
        case .settle(let charge, let settlement): "settle \(charge): \(settlement)"
        case .refund(let charge): "refund \(charge)"
        case .grant(let request):
            "grant \(request.credits) to \(request.account): \(request.reference), priority \(request.priority), "
                + "until \(request.expiresAt)"
        case .withdraw(let request):
            "take \(request.credits) away from \(request.account): \(request.reference), from "
                + "\(request.grant ?? "any grant"), debt allowed: \(request.allowsDebt)"
        case .giveBack(let request):
            "give back \(request.credits.map { "\($0)" } ?? "everything") for \(request.charge)"
        case .refresh(let account): "refresh \(account)"
        case .move(let account, let plan): "move \(account) to \(plan.name)"
        case .suspend(let account): "suspend \(account)"
        case .resume(let account): "resume \(account)"
        case .heartbeat: "heartbeat"
        case .recover: "recover"
        case .nothing(let what): what
        }
    }
}

extension GiveBack {
    fileprivate func renumbered(_ numbers: [ChargeID: ChargeID]) -> GiveBack {
        var request = self
        request.charge = numbers[charge] ?? charge
        return request
    }
}
