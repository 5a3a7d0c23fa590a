/// A call that was not let through, and why. It renders itself as an HTTP answer: ``problem``.
public struct Refusal: Error, Sendable {
    /// In the order in which a gate looks at them: the first that applies is the one that is told.
    public enum Reason: Sendable {
        /// What the caller sent can't be taken.
        case invalidInput(InvalidInput)
        /// The action needs an idempotency key, and the call has none.
        case keyRequired
        /// The account is suspended.
        case suspended
        /// A call with the same key is still running.
        case keyInFlight(ChargeID)
        /// A call with the same key was charged and has finished, and left no result to repeat.
        case keyCompleted(ChargeID)
        /// The key was used for another request.
        case keyReused(ChargeID)
        /// The limit's window is full until `retryAt`; nil where waiting never helps, because this call alone counts
        /// more than the limit.
        case limit(Policy.Limit, used: Int64, retryAt: Timestamp?)
        /// The account can't pay. What it owes would be paid first from new credits: the shortfall is
        /// `required - available + debt`, and any one of `packs` would cover it, the cheapest of each currency first.
        case insufficientCredits(required: Credits, available: Credits, debt: Credits, packs: [PackOffer])
        /// The ledger is out of reach.
        case unavailable(LedgerError)
    }

    /// By which `faregate explain` finds it, as long as it is kept.
    public let id: Refusal.ID
    public let action: String
    public let account: AccountID
    public let reason: Reason
    /// When it was refused.
    public let at: Timestamp

    public init(id: Refusal.ID = .random(), action: String, account: AccountID, reason: Reason, at: Timestamp) {
        self.id = id
        self.action = action
        self.account = account
        self.reason = reason
        self.at = at
    }
}

extension Refusal: CustomStringConvertible {
    /// One sentence for the person who called.
    public var description: String {
        switch reason {
        case .invalidInput(let error): error.description
        case .keyRequired: "\(action) needs an idempotency key, so that the call can be repeated without paying twice"
        case .suspended: "this account is suspended"
        case .keyInFlight: "a call with this idempotency key is still running; wait for its answer"
        case .keyCompleted(let charge) where charge.rawValue == 0:
            "a call with this idempotency key has already been made; it is charged when credits can be taken again"
        case .keyCompleted(let charge): "a call with this idempotency key has already been made (charge \(charge))"
        case .keyReused: "this idempotency key was used for another request; use a new key"
        case .limit(let limit, _, retryAt: nil):
            "\(action) is limited to \(limit.amountText) \(limit.window); this call alone counts more, so it can't be made"
        case .limit(let limit, let used, _):
            "\(action) is limited to \(limit.amountText) \(limit.window); \(used) used"
        case .insufficientCredits(let required, let available, let debt, _):
            "you need \(required), you have \(available)" + (debt > 0 ? " and owe \(debt)" : "")
        case .unavailable: "credits can't be checked just now; try again in a moment"
        }
    }
}

extension Refusal.Reason {
    init(_ refusal: ChargeRefusal, quote: Quote, packs: [String: Policy.Pack]) {
        switch refusal {
        case .suspended:
            self = .suspended
        case .keyUsed(let charge, _, sameRequest: false, _):
            self = .keyReused(charge)
        case .keyUsed(let charge, state: .held, sameRequest: true, _):
            self = .keyInFlight(charge)
        case .keyUsed(let charge, _, sameRequest: true, _):
            self = .keyCompleted(charge)
        case .limit(let name, _, let used, let retryAt):
            guard let limit = quote.limits.first(where: { $0.name == name }) else {
                preconditionFailure("a ledger refused by a limit that the charge doesn't have: \(name)")
            }
            self = .limit(limit, used: used, retryAt: retryAt)
        case .credits(let required, let available, let debt):
            let shortfall = required.rawValue - available.rawValue + debt.rawValue
            let offers = PackOffer.offers(covering: shortfall, among: packs.values)
            self = .insufficientCredits(required: required, available: available, debt: debt, packs: offers)
        // A gate quotes anew, and gives up where the plan changes each time.
        case .plan: self = .unavailable(.changingPlan)
        }
    }
}

extension Refusal {
    /// What is kept of it; nil for what needs no explanation: input that can't be taken, a ledger out of reach.
    func record(member: MemberID?, quote: Quote) -> Refusal.Record? {
        var rule = quote.rule
        var retryAt: Timestamp?
        var shortfall: Credits?
        switch reason {
        case .invalidInput, .unavailable: return nil
        case .limit(let limit, _, let time): (rule, retryAt) = (limit.location, time)
        case .insufficientCredits(let required, let available, let debt, _):
            shortfall = Credits(rawValue: required.rawValue - available.rawValue + debt.rawValue)
        case .suspended, .keyRequired, .keyInFlight, .keyCompleted, .keyReused: break
        }
        return Refusal.Record(
            id: id,
            at: at,
            account: account,
            member: member?.rawValue,
            action: action,
            kind: reason.kind,
            detail: description,
            rule: rule.description,
            policyVersion: quote.policyVersion,
            retryAt: retryAt,
            shortfall: shortfall
        )
    }
}

extension Refusal.Reason {
    /// The last part of the problem type.
    var kind: String {
        switch self {
        case .invalidInput: "invalid-input"
        case .keyRequired: "key-required"
        case .suspended: "account-suspended"
        case .keyInFlight: "key-in-flight"
        case .keyCompleted: "key-completed"
        case .keyReused: "key-reused"
        case .limit: "quota-exceeded"
        case .insufficientCredits: "insufficient-credits"
        case .unavailable: "ledger-unavailable"
        }
    }
}
