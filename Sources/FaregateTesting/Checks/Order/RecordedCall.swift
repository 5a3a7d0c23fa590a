package import Faregate

/// One call to a ledger with its answer and its times. It is one line of JSON in a log.
package struct RecordedCall: Codable, Hashable, Sendable {
    /// The caller: a process and a task.
    package let caller: String
    /// Nil if the call has only a charge number, until the records of all processes are joined.
    package var account: AccountID?
    package let act: LedgerAct
    /// The ledger's time of the call.
    package let now: Timestamp
    package var answer: LedgerAnswer
    /// Nanoseconds by the machine's one clock, which all processes share.
    package var beganNanoseconds: UInt64
    package var endedNanoseconds: UInt64

    package init(
        caller: String,
        account: AccountID?,
        act: LedgerAct,
        now: Timestamp,
        answer: LedgerAnswer,
        beganNanoseconds: UInt64,
        endedNanoseconds: UInt64
    ) {
        self.caller = caller
        self.account = account
        self.act = act
        self.now = now
        self.answer = answer
        self.beganNanoseconds = beganNanoseconds
        self.endedNanoseconds = endedNanoseconds
    }
}

extension RecordedCall {
    /// Whether the call threw an error, and may or may not have had an effect, at any time after it began.
    package var isLost: Bool { answer.kind == LedgerAnswer.lost.kind }

    /// Whether the call can't have had an effect: it threw an error that says so, or it read and got no answer.
    var isWithoutEffect: Bool { answer.kind == LedgerAnswer.failed.kind || isLost && act == .balance }

    /// Whether the ledger's answer can be explained by this answer of the model.
    ///
    /// A lost call has a charge number if the ledger's tables have its charge.
    func fits(_ model: LedgerAnswer) -> Bool {
        guard isLost else { return model == answer }
        return model.kind == "held" ? answer.charge != nil && model.charge == answer.charge : answer.charge == nil
    }
}

extension RecordedCall: CustomStringConvertible {
    package var description: String {
        "\(beganNanoseconds / 1000)–\(endedNanoseconds / 1000) µs, \(caller), \(account?.rawValue ?? "no account"), at \(now): "
            + "\(act) → \(answer)"
    }
}

/// The operation that was called.
package enum LedgerAct: Codable, Hashable, Sendable {
    case charge(Int64, action: String, member: String? = nil, key: String? = nil, request: String? = nil)
    case extend(ChargeID, by: Int64)
    /// Settles at the given cost, or at the whole hold if it is nil. If the account has too little, the rest becomes
    /// debt if `mayOwe` is true, and is written off otherwise.
    case settle(ChargeID, at: Int64? = nil, mayOwe: Bool = false)
    case refund(ChargeID)
    case grant(Int64, reference: String, expiresAt: Timestamp = .never)
    case balance

    /// The charge that the operation refers to.
    package var charge: ChargeID? {
        switch self {
        case .extend(let charge, _), .settle(let charge, _, _), .refund(let charge): charge
        case .charge, .grant, .balance: nil
        }
    }
}

/// A ledger's answer. The numbers of its charge and grant are separate, because the model assigns other numbers.
package struct LedgerAnswer: Codable, Hashable, Sendable {
    /// The kind of answer, in few words.
    package var kind: String
    /// The rest of the answer.
    package var detail: String
    package var charge: ChargeID?
    package var grant: GrantID?

    package init(kind: String, detail: String = "", charge: ChargeID? = nil, grant: GrantID? = nil) {
        self.kind = kind
        self.detail = detail
        self.charge = charge
        self.grant = grant
    }
}

extension LedgerAnswer {
    /// An error that says that nobody knows whether the call had an effect.
    package static let lost = LedgerAnswer(kind: "lost")
    /// Any other error: the call had no effect.
    package static let failed = LedgerAnswer(kind: "failed")
}

extension LedgerAnswer: CustomStringConvertible {
    package var description: String {
        let numbers = [charge.map { "charge \($0)" }, grant.map { "grant \($0)" }].compactMap { $0 }
        return ([kind] + numbers + (detail.isEmpty ? [] : [detail])).joined(separator: ", ")
    }
}

extension LedgerAnswer {
    package init(_ decision: ChargeDecision) {
        switch decision {
        case .held(let charge, let spendable, let exceeded):
            self.init(
                kind: "held", detail: "spendable \(spendable?.description ?? "-") exceeded \(exceeded)", charge: charge)
        case .refused(.suspended): self.init(kind: "suspended")
        case .refused(.plan(let plan)): self.init(kind: "other plan", detail: plan ?? "none")
        case .refused(.keyUsed(let charge, let state, let isSame, let result)):
            self.init(
                kind: "key used", detail: "\(state.rawValue), same request \(isSame), \(result ?? [])", charge: charge)
        case .refused(.limit(let name, let max, let used, let retryAt)):
            self.init(kind: "limit", detail: "\(name), max \(max), used \(used), retry \(retryAt?.description ?? "-")")
        case .refused(.credits(let required, let available, let debt, _)):
            self.init(kind: "too few credits", detail: "required \(required) available \(available) debt \(debt)")
        }
    }

    package init(_ result: HoldExtension?) {
        guard let result else {
            self.init(kind: "not held")
            return
        }
        let drawdown = result.drawdown
        self.init(
            kind: "extended",
            detail: "taken \(result.taken) held \(result.held) left \(drawdown.before) to \(drawdown.after)"
        )
    }

    /// Leaves out which grants paid, because a ledger need not report that if the whole hold was settled.
    package init(_ result: SettleResult) {
        guard case .settled(let settled) = result else {
            self.init(kind: "not held")
            return
        }
        self.init(kind: "settled", detail: "debt \(settled.debt) short \(settled.short) late \(settled.isLate)")
    }

    package init(_ result: GrantResult) {
        switch result {
        case .granted(let grant): self.init(kind: "granted", grant: grant)
        case .alreadyGranted(let grant): self.init(kind: "already granted", grant: grant)
        case .referenceTaken(let grant): self.init(kind: "reference taken", grant: grant)
        }
    }

    package init(refunded: Bool) { self.init(kind: refunded ? "refunded" : "not held") }

    package init(_ balance: AccountBalance?) {
        guard let balance else {
            self.init(kind: "no such account")
            return
        }
        self.init(
            kind: "balance",
            detail: "total \(balance.total) used \(balance.used) held \(balance.held) remaining \(balance.remaining) "
                + "expired \(balance.expired) debt \(balance.debt) due \(balance.isDue)"
        )
    }
}
