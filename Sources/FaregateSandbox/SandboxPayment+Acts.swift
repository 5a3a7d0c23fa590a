import Faregate

extension SandboxPayment {
    func refundActs(_ provider: PaymentSandbox.Provider, of total: Money) -> [SandboxAct] {
        var acts: [SandboxAct] = []
        // Stripe refuses to refund money that the bank has taken back.
        let isChargedBack = provider == .stripe && disputes.contains(where: \.hasTaken)
        if refundedMinorUnits < total.minorUnits, refunds.count < SandboxCheckout.maxRefunds, !isChargedBack {
            acts += [.refund(nil), .refundLater(nil)]
        }
        for refund in refunds {
            if refund.state == .pending { acts += [.completeRefund(refund.id)] }
            if refund.counts { acts += [.failRefund(refund.id)] }
            if refund.state == .pending, provider == .stripe { acts += [.cancelRefund(refund.id)] }
        }
        return acts
    }

    func disputeActs(_ provider: PaymentSandbox.Provider) -> [SandboxAct] {
        let isMore = disputes.count < SandboxCheckout.maxDisputes
        return (isMore ? [.warn(nil), .dispute(nil)] : []) + disputes.flatMap { $0.acts(provider) }
    }
}

extension SandboxDispute {
    fileprivate func acts(_ provider: PaymentSandbox.Provider) -> [SandboxAct] {
        switch (provider, state) {
        case (.stripe, .warning): [.closeWarning(id), .withdrawFunds(id)]
        // If the money has returned before the decision, only a decision in the shop's favour can follow.
        case (.stripe, .open):
            switch movements.count {
            case 0: [.withdrawFunds(id)]
            case 1: [.reinstateFunds(id), .win(id), .lose(id)]
            default: hasTaken ? [.win(id), .lose(id)] : [.win(id)]
            }
        // Visa's rapid resolution ends an inquiry as lost.
        case (.dodo, .warning): [.lose(id), .accept(id), .callOff(id)]
        case (.dodo, .open): [.challenge(id), .accept(id), .lapse(id), .callOff(id), .win(id), .lose(id)]
        case (.dodo, .challenged): [.win(id), .lose(id), .callOff(id)]
        case (.dodo, .won): canBeAppealed ? [.appeal(id)] : []
        case (.dodo, .lost): canBeAppealed ? [.appeal(id), .win(id)] : [.win(id)]
        case (.stripe, .lost): [.win(id)] + partialActs
        default: []
        }
    }

    private var canBeAppealed: Bool { stage == .dispute }

    /// Stripe returns the part of a dispute that had been refunded before, even if the dispute is lost.
    ///
    /// [Stripe: how disputes work](https://docs.stripe.com/disputes/how-disputes-work)
    private var partialActs: [SandboxAct] {
        !movements.isEmpty && hasTaken && movements.count == 1 ? [.reinstateFunds(id)] : []
    }

    mutating func decide(_ act: SandboxAct, at now: Timestamp) -> [SandboxHappening] {
        switch act.kind {
        case .withdrawFunds:
            let wasWarning = state == .warning
            (state, hasTaken) = (.open, true)
            movements.append((-minorUnits, now))
            return [.fundsWithdrawn(id)] + (wasWarning ? [.disputeChanged(id)] : [])
        case .reinstateFunds: return giveBack(act.minorUnits, at: now)
        case .win:
            let back = movements.isEmpty ? [] : giveBack(nil, at: now)
            (state, hasTaken) = (.won, false)
            return back + [.disputeDecided(id)]
        case .lose: (state, hasTaken) = (.lost, true)
        case .accept: (state, hasTaken) = (.accepted, true)
        case .lapse: (state, hasTaken) = (.expired, true)
        case .callOff: (state, hasTaken) = (.cancelled, false)
        case .appeal:
            (state, stage, hasTaken) = (.open, .preArbitration, true)
            return [.disputed(id)]
        case .closeWarning: state = .warningClosed
        case .challenge:
            state = .challenged
            return [.disputeChanged(id)]
        default: return []
        }
        return [.disputeDecided(id)]
    }

    private mutating func giveBack(_ minorUnits: Int64?, at now: Timestamp) -> [SandboxHappening] {
        let back = min(minorUnits ?? takenMinorUnits, takenMinorUnits)
        guard back > 0 else { return [] }
        hasTaken = back < takenMinorUnits
        movements.append((back, now))
        return [.fundsReinstated(id)]
    }
}
