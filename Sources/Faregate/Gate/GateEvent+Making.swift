extension GateEvent {
    init(
        _ name: Name,
        of call: OpenCall,
        credits: Credits,
        reason: String? = nil,
        error: (any Error)? = nil
    ) {
        self.init(
            name: name,
            action: call.quote.action,
            account: call.account,
            member: call.request.member,
            credits: credits,
            call: call.charge.rawValue > 0 ? call.charge : nil,
            rule: call.quote.rule,
            reason: reason,
            error: error
        )
    }

    /// - Parameter quote: nil if no price was found.
    init(refused refusal: Refusal, _ request: Gate.CallRequest, _ quote: Quote?) {
        self.init(
            name: .refused,
            action: refusal.action,
            account: refusal.account,
            member: request.member,
            credits: quote?.cost ?? 0,
            call: nil,
            rule: quote?.rule,
            reason: refusal.reason.kind,
            error: refusal
        )
    }

    /// - Parameters:
    ///   - charge: the charge of the earlier call; nil if it isn't known.
    ///   - error: the error of the earlier call; nil if it succeeded.
    init(repeated action: String, _ request: Gate.CallRequest, charge: ChargeID?, error: (any Error)? = nil) {
        self.init(
            name: .repeated,
            action: action,
            account: request.account,
            member: request.member,
            credits: 0,
            call: charge.flatMap { $0.rawValue > 0 ? $0 : nil },
            rule: nil,
            reason: nil,
            error: error
        )
    }

    init(missingPlan plan: String) {
        self.init(
            name: .missingPlan,
            action: nil,
            account: nil,
            member: nil,
            credits: 0,
            call: nil,
            rule: nil,
            reason: plan,
            error: nil
        )
    }
}

extension GateEvent: CustomStringConvertible {
    /// One line for a log: `ana: generate settled, 10 credits, charge 4711`.
    public var description: String {
        var text = account.map { "\($0): " } ?? ""
        text += [action, phrase].compactMap { $0 }.joined(separator: " ")
        if credits > 0 { text += ", \(credits) \(credits == 1 ? "credit" : "credits")" }
        if let call { text += ", charge \(call)" }
        if let error { text += ": \(error)" } else if let reason { text += ": \(reason)" }
        return text
    }

    /// What happened, as words that follow the action's name.
    private var phrase: String {
        switch name {
        case .repeated: "was answered with the result of an earlier call under its key"
        case .leftOpen: "could not be closed, so its credits stay held"
        case .closedElsewhere: "was closed by another process"
        case .settledLate: "had been refunded as abandoned and is now charged"
        case .owed: "cost more than the account had; the rest is owed"
        case .short: "cost more than the account had; the rest is written off"
        case .lowBalance: "left the account with a low balance"
        case .missingPlan: "accounts are on a plan that the policy doesn't have"
        case .shadowed: "would have been refused if nothing were in shadow mode"
        case .letThrough: "was let through while the ledger is out of reach"
        case .unpaid: "was let through during an outage and can't be charged"
        default: name.rawValue
        }
    }
}
