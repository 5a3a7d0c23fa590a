/// Calls that aren't charged, because the policy has no price for them or their action is off. The ledger still looks
/// up their account and key, so that a repeat of a call that was charged earlier gets its answer.
extension Gate {
    /// Looks up a call that the policy can't price.
    ///
    /// - Parameter error: why the policy can't price the call.
    /// - Returns: whether the account is on another plan than the gate assumed, so that the call must be quoted again.
    /// - Throws: a refusal that needs no price: the account is suspended, the key was used or, if the call has a key,
    ///   the ledger is out of reach.
    func isOnOtherPlan(
        _ request: CallRequest, of action: String, after error: any Error, under policy: Policy, at now: Timestamp
    ) async throws(Denial) -> Bool {
        // Without a key, only an unknown model needs the look-up: another plan's price may need no model.
        guard request.key != nil || error is UnknownModel else { return false }
        let question = request.question(action, under: policy)
        if let refusal = outages.refusal(of: question, at: now) { throw Denial(refusal, policy) }
        let reading: AccountReading?
        do throws(LedgerError) {
            reading = try await ledger.read(request.account, calls: { _ in [question] }, at: now)
        } catch {
            guard request.key != nil else { return false }
            throw Denial(.unavailable(error))
        }
        guard let reading else { return false }
        if let refusal = reading.calls.first?.refusal { throw Denial(refusal, policy) }
        let plan = policy.currentPlan(reading.balance.plan)
        guard plan != plans.plan(of: request.account, otherwise: policy.defaultPlan?.name) else { return false }
        remember(plan, of: request.account)
        return true
    }

    /// For an action that is off: the refusal, if an earlier call used this call's key. Nil if none did, or if the ledger
    /// is out of reach, since an action that is off must work without the ledger.
    func usedKey(
        of request: CallRequest, _ quote: Quote, under policy: Policy, at now: Timestamp
    ) async -> ChargeRefusal? {
        guard request.key != nil else { return nil }
        let question = request.question(quote.action, under: policy)
        if let refusal = outages.refusal(of: question, at: now) { return refusal }
        let reading = try? await ledger.read(request.account, calls: { _ in [question] }, at: now)
        guard let refusal = reading?.calls.first?.refusal, refusal.isKeyUsed else { return nil }
        return refusal
    }
}
