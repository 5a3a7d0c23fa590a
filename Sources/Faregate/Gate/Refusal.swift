/// A call that was not let through, and why. It renders itself as an HTTP answer: ``problem``.
public struct Refusal: Error, Sendable {
    /// In order of precedence: a gate reports the first reason that applies.
    public enum Reason: Sendable {
        /// The caller's input is invalid: attributes or units that no policy would accept, a unit that no price of the
        /// action has, or units that would cost more than ``Credits/max``.
        case invalidInput(InvalidInput)
        /// The price depends on the model, and the call names none, or one that the price list lacks.
        case unknownModel(Gate.UnknownModel)
        /// The action needs an idempotency key, and the call has none.
        case keyRequired
        /// The account is suspended.
        case suspended
        /// A call with the same key is still running.
        case keyInFlight(ChargeID)
        /// A call with the same key has finished and was charged, and its answer wasn't stored.
        case keyCompleted(ChargeID)
        /// The key was used for another request.
        case keyReused(ChargeID)
        /// The limit's window is full until `retryAt`; nil if waiting can't help, because this call alone exceeds the
        /// limit, or because the limit's `max` of 0 switches the action off.
        case limit(Policy.Limit, used: Int64, retryAt: Timestamp?)
        /// The account can't pay. `available` are the credits that can pay for the action, `reserved` those that pay
        /// only for others. New credits would pay its debt first, so the shortfall is `required - available + debt`.
        /// Each of `packs` alone would cover it; they are sorted by currency, then price.
        case insufficientCredits(
            required: Credits, available: Credits, debt: Credits, reserved: Credits = 0, packs: [PackOffer])
        /// The ledger is out of reach.
        case unavailable(LedgerError)
    }

    /// The id for `faregate explain`, as long as the refusal is recorded.
    public let id: Refusal.ID
    public let action: String
    public let account: AccountID
    public let reason: Reason
    /// When the call was refused.
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
    /// One sentence for the caller.
    public var description: String {
        switch reason {
        case .invalidInput(let error): error.description
        case .unknownModel(let error): error.problem.detail
        case .keyRequired: "\(action) needs an idempotency key, so that the call can be retried without paying twice"
        case .suspended: "this account is suspended"
        case .keyInFlight: "a call with this idempotency key is still running; wait for its answer"
        case .keyCompleted(let charge) where charge.rawValue == 0:
            "a call with this idempotency key has already been made; it will be charged when the ledger is reachable again"
        case .keyCompleted(let charge): "a call with this idempotency key has already been made (charge \(charge))"
        case .keyReused: "this idempotency key was used for another request; use a new key"
        case .limit(let limit, _, _) where limit.max == 0 && limit.count == .calls:
            "\(action) is switched off\(limit.when.map { " when \($0)" } ?? ""); waiting doesn't help"
        case .limit(let limit, _, retryAt: nil):
            "\(action) is limited to \(limit.amountText) \(limit.window)\(limit.sharing(with: action)); "
                + "this call alone exceeds that, so it can't be made"
        case .limit(let limit, let used, _):
            "\(action) is limited to \(limit.amountText) \(limit.window)\(limit.sharing(with: action)); \(used) used"
        case .insufficientCredits(let required, let available, let debt, let reserved, _):
            "you need \(required) \(required == 1 ? "credit" : "credits"), you have \(available)"
                + (reserved > 0 ? " that \(available == 1 ? "pays" : "pay") for \(action)" : "")
                + (debt > 0 ? " and owe \(debt)" : "")
        case .unavailable: "credits can't be checked now; try again in a moment"
        }
    }
}

extension Refusal.Reason {
    /// - Parameter quote: the quote of the call; nil for a call that the policy can't price; limits and missing credits
    ///   never refuse such a call.
    init(_ refusal: ChargeRefusal, _ quote: Quote?, packs: [String: Policy.Pack]) {
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
            guard let limit = quote?.limits.first(where: { $0.name == name }) else {
                preconditionFailure(
                    "a ledger refused a charge because of a limit that the charge doesn't have: \(name)")
            }
            self = .limit(limit, used: used, retryAt: retryAt)
        case .credits(let required, let available, let debt, let reserved):
            let shortfall = required.rawValue - available.rawValue + debt.rawValue
            let offers = quote.map { PackOffer.offers(covering: shortfall, of: $0.actionNames, among: packs.values) }
            self = .insufficientCredits(
                required: required, available: available, debt: debt, reserved: reserved, packs: offers ?? [])
        // A gate quotes again after this refusal; it gives up if the plan keeps changing.
        case .plan: self = .unavailable(.changingPlan)
        }
    }
}

extension Refusal {
    /// The record for the ledger's log of refusals.
    ///
    /// - Parameter plan: the account's plan.
    func record(of request: Gate.CallRequest, quote: Quote, plan: String?) -> Refusal.Record {
        var rule = quote.rule
        var retryAt: Timestamp?
        var shortfall: Credits?
        switch reason {
        case .limit(let limit, _, let time): (rule, retryAt) = (limit.location, time)
        case .insufficientCredits(let required, let available, let debt, _, _):
            shortfall = Credits(rawValue: required.rawValue - available.rawValue + debt.rawValue)
        default: break
        }
        return Refusal.Record(
            id: id,
            at: at,
            account: account,
            member: request.member?.rawValue,
            action: action,
            kind: reason.kind,
            detail: reason.detail ?? description,
            rule: rule.inFolder.description,
            policyVersion: quote.policyVersion,
            retryAt: retryAt,
            shortfall: shortfall,
            attributes: request.attributes,
            units: request.units,
            plan: plan
        )
    }
}

extension Refusal.Reason {
    /// Whether the refusal is recorded: invalid input and a ledger out of reach need no explanation.
    var isRecorded: Bool {
        switch self {
        case .invalidInput, .unavailable: false
        default: true
        }
    }

    /// What the record says in place of the sentence for the caller; nil if it is the same. A record may name other
    /// models of the price list.
    fileprivate var detail: String? {
        if case .unknownModel(let error) = self { error.description } else { nil }
    }

    /// Whether the call was refused because it lacked credits or exceeded a limit.
    package static func dependsOnPolicy(kind: String) -> Bool {
        ["quota-exceeded", "insufficient-credits"].contains(kind)
    }

    /// The last part of the problem type.
    var kind: String {
        switch self {
        case .invalidInput: "invalid-input"
        case .unknownModel: "unknown-model"
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
