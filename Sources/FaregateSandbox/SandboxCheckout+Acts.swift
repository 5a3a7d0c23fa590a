import Faregate

/// The effect of an act. Webhooks report it.
enum SandboxHappening: Sendable, Hashable {
    case completed
    case declined
    /// The money of a delayed method arrived, or the payment failed.
    case arrived, bounced
    case expired
    case refunded(String)
    case refundChanged(String)
    case refundFailed(String)
    case disputed(String)
    case disputeChanged(String)
    case fundsWithdrawn(String)
    case fundsReinstated(String)
    case disputeDecided(String)
}

/// Makes new ids and numbers.
struct SandboxMint {
    let provider: PaymentSandbox.Provider
    let now: Timestamp
    var number: Int

    mutating func next(_ kind: SandboxObject) -> (id: String, number: Int) {
        number += 1
        return ("\(kind.prefix(provider))_\(hexadecimal([UInt8].random(count: 12)))", number)
    }
}

enum SandboxObject: Sendable {
    case checkout, payment, charge, refund, dispute, event, request, customer

    fileprivate func prefix(_ provider: PaymentSandbox.Provider) -> String {
        switch (self, provider) {
        case (.checkout, .stripe): "cs_test"
        case (.checkout, .dodo): "cks"
        case (.payment, .stripe): "pi"
        case (.payment, .dodo): "pay"
        case (.charge, _): "ch"
        case (.refund, .stripe): "re"
        case (.refund, .dodo): "ref"
        case (.dispute, .stripe): "du"
        case (.dispute, .dodo): "dsp"
        case (.event, .stripe): "evt"
        case (.event, .dodo): "msg"
        case (.request, _): "req"
        case (.customer, _): "cus"
        }
    }
}

extension SandboxCheckout {
    static let maxRefunds = 50
    static let maxDisputes = 10

    /// The acts that are allowed now, without amounts.
    func acts(at provider: PaymentSandbox.Provider) -> [SandboxAct] {
        switch state {
        case .expired: return []
        case .open:
            // A free order has no payment that could fail.
            let codes = terms.allowsCodes && bill.coupon == nil ? terms.codes.map { SandboxAct.enterCode($0.code) } : []
            return codes + (total.minorUnits == 0 ? [.pay, .expire] : [.pay, .payLater, .decline, .expire])
        case .complete: break
        }
        guard let payment else { return [] }
        switch payment.state {
        case .failed: return []
        case .processing: return [.arrive, .bounce]
        case .succeeded where total.minorUnits == 0: return []
        case .succeeded: return payment.refundActs(provider, of: total) + payment.disputeActs(provider)
        }
    }

    /// Any currency is allowed, so this act is not in the list.
    private func isLocalPayment(_ act: SandboxAct, at provider: PaymentSandbox.Provider) -> Bool {
        act.kind == .payLocally && provider == .stripe && state == .open && total.minorUnits > 0
    }

    /// Performs the act and returns its effects.
    ///
    /// - Throws: ``SandboxRefusal`` for an act that is not allowed now.
    mutating func perform(_ act: SandboxAct, _ mint: inout SandboxMint) throws(SandboxRefusal) -> [SandboxHappening] {
        var offer = act
        offer.minorUnits = nil
        guard acts(at: mint.provider).contains(offer) || isLocalPayment(act, at: mint.provider) else {
            throw SandboxRefusal("the act \"\(act)\" is not possible now on the checkout \(id)")
        }
        let amount = act.minorUnits
        switch act.kind {
        case .enterCode:
            bill.coupon = terms.codes.first { $0.code == act.object }
            return []
        case .payLocally:
            payLocally(in: act.object ?? "")
            return complete(.succeeded, &mint)
        case .pay: return complete(.succeeded, &mint)
        case .payLater: return complete(.processing, &mint)
        case .decline: return decline(&mint)
        case .expire:
            state = .expired
            return [.expired]
        case .arrive:
            payments[payments.count - 1].state = .succeeded
            return [.arrived]
        case .bounce:
            payments[payments.count - 1].state = .failed
            return [.bounced]
        case .refund: return [try refund(amount, .succeeded, &mint)]
        case .refundLater: return [try refund(amount, .pending, &mint)]
        case .completeRefund: return [change(refund: act.object, to: .succeeded)].compactMap(\.self)
        case .failRefund: return [change(refund: act.object, to: .failed)].compactMap(\.self)
        case .cancelRefund: return [change(refund: act.object, to: .cancelled)].compactMap(\.self)
        case .warn: return [try dispute(amount, .warning, &mint)]
        case .dispute: return [try dispute(amount, .open, &mint)]
        case .closeWarning, .withdrawFunds, .reinstateFunds, .win, .lose, .challenge, .accept, .lapse, .callOff,
            .appeal:
            return decide(act, mint)
        }
    }

    /// - Throws: ``SandboxRefusal`` if the checkout is no longer open.
    mutating func fill(with product: String, quantity: Int, price: Money?) throws(SandboxRefusal) {
        guard state == .open else {
            throw SandboxRefusal("the checkout \(id) is \(state.rawValue), so its cart can't be changed")
        }
        (self.product, self.quantity) = (product, quantity)
        if let price { bill.price = price }
    }

    // MARK: Paying

    private mutating func complete(_ outcome: SandboxPayment.State, _ mint: inout SandboxMint) -> [SandboxHappening] {
        if total.minorUnits > 0 || mint.provider == .dodo {
            // Dodo makes a payment of zero.
            addTry(outcome, &mint)
        } else {
            // A card that was declined before the code was typed doesn't matter.
            payments = []
        }
        state = .complete
        return [.completed]
    }

    /// Converts at a fixed rate of 0.90, unless the price has an amount in the currency.
    private mutating func payLocally(in currency: String) {
        if let price = terms.otherPrices.first(where: { $0.currency == currency }) {
            bill.price = price
        } else {
            terms.presentment = Money(minorUnits: total.minorUnits * 90 / 100, currency: currency)
        }
    }

    private mutating func decline(_ mint: inout SandboxMint) -> [SandboxHappening] {
        addTry(.failed, &mint)
        return [.declined]
    }

    private mutating func addTry(_ outcome: SandboxPayment.State, _ mint: inout SandboxMint) {
        let charge = mint.next(.charge).id
        if mint.provider == .stripe, let index = payments.indices.last {
            payments[index].charge = charge
            payments[index].state = outcome
            payments[index].isDelayed = outcome == .processing
            return
        }
        let (id, number) = mint.next(.payment)
        payments.append(
            SandboxPayment(
                id: id,
                state: outcome,
                createdAt: mint.now,
                charge: charge,
                isDelayed: outcome == .processing,
                number: number
            )
        )
    }

    // MARK: Refunds

    private mutating func refund(
        _ amount: Int64?,
        _ outcome: SandboxRefund.State,
        _ mint: inout SandboxMint
    ) throws(SandboxRefusal) -> SandboxHappening {
        let left = total.minorUnits - (payment?.refundedMinorUnits ?? 0)
        let amount = amount ?? left
        guard amount >= 1, amount <= left, amount % bill.unit == 0 else {
            throw SandboxRefusal("\(amount) minor units of \(id) can't be refunded; \(left) are left")
        }
        let (id, number) = mint.next(.refund)
        payments[payments.count - 1].refunds.append(
            SandboxRefund(
                id: id,
                minorUnits: amount,
                state: outcome,
                createdAt: mint.now,
                isPartial: amount < total.minorUnits,
                number: number
            )
        )
        return .refunded(id)
    }

    private mutating func change(refund id: String?, to outcome: SandboxRefund.State) -> SandboxHappening? {
        let last = payments.count - 1
        guard let id, let index = payments[last].refunds.firstIndex(where: { $0.id == id }) else { return nil }
        payments[last].refunds[index].state = outcome
        return outcome == .failed ? .refundFailed(id) : .refundChanged(id)
    }

    // MARK: Disputes

    private mutating func dispute(
        _ amount: Int64?,
        _ outcome: SandboxDispute.State,
        _ mint: inout SandboxMint
    ) throws(SandboxRefusal) -> SandboxHappening {
        let amount = amount ?? total.minorUnits
        guard (1...999_999_999).contains(amount) else {
            throw SandboxRefusal("a dispute must be for 1 to 999999999 minor units, and is for \(amount)")
        }
        let (id, number) = mint.next(.dispute)
        payments[payments.count - 1].disputes.append(
            SandboxDispute(
                id: id,
                minorUnits: amount,
                state: outcome,
                hasTaken: mint.provider == .dodo,
                createdAt: mint.now,
                stage: outcome == .warning ? .preDispute : .dispute,
                number: number
            )
        )
        return .disputed(id)
    }

    private mutating func decide(_ act: SandboxAct, _ mint: SandboxMint) -> [SandboxHappening] {
        let last = payments.count - 1
        guard let index = payments[last].disputes.firstIndex(where: { $0.id == act.object }) else { return [] }
        return payments[last].disputes[index].decide(act, at: mint.now)
    }
}
