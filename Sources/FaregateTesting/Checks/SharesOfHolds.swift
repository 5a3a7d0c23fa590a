import Faregate

/// Checks which grants pay for a call that is settled below its hold. The grants that are spent first pay for the call,
/// and the rest of the hold returns to the grants that are spent last.
struct SharesOfHolds {
    private struct Hold {
        /// The time of these holds. As long as the clock stands still, no grant expires and the order of spending stays
        /// the same.
        let at: Timestamp
        let payments: [Ledger.ChargeExplanation.Payment]
    }

    private var holds: [ChargeID: Hold] = [:]

    mutating func check(
        _ operation: Operation,
        _ answer: String,
        at now: Timestamp,
        _ ledger: any LedgerBackend
    ) async throws {
        switch operation {
        case .charge:
            if let charge = answer.heldCharge { try await note(charge, at: now, ledger) }
        case .extend(let charge, _): try await note(charge, at: now, ledger)
        case .settle(let charge, let settlement) where answer.hasPrefix("settled") && !answer.hasSuffix("late true"):
            guard let hold = holds.removeValue(forKey: charge), hold.at == now, let cost = settlement.cost else {
                return
            }
            try await check(charge, hold, cost.rawValue, ledger)
        // The clock may have moved, and a grant may have expired since.
        case .nothing: holds = [:]
        default: break
        }
    }

    private mutating func note(_ charge: ChargeID, at now: Timestamp, _ ledger: any LedgerBackend) async throws {
        guard let explanation = try await ledger.explain(charge), explanation.state == .held else { return }
        holds[charge] = Hold(at: now, payments: explanation.payments)
    }

    private func check(_ charge: ChargeID, _ hold: Hold, _ cost: Int64, _ ledger: any LedgerBackend) async throws {
        guard cost <= hold.payments.reduce(0, { $0 + $1.credits.rawValue }) else { return }
        var rest = cost
        var expected: [String: Int64] = [:]
        for payment in hold.payments where rest > 0 {
            let paid = min(rest, payment.credits.rawValue)
            expected[payment.reference, default: 0] += paid
            rest -= paid
        }
        let explanation = try await ledger.explain(charge)
        var got: [String: Int64] = [:]
        for payment in explanation?.payments ?? [] where payment.credits > 0 {
            got[payment.reference, default: 0] += payment.credits.rawValue
        }
        guard got == expected else {
            throw Laws.Broken(
                "the grants that are spent first pay for a call", "expected payments: \(expected), actual: \(got)")
        }
    }
}
