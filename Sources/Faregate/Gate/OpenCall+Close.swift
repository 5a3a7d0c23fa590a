extension OpenCall {
    /// Settles the call.
    ///
    /// - Parameter answer: the answer to store for repeats under the call's key.
    /// - Returns: false when the call was already closed.
    @discardableResult
    func settle(answer: [UInt8]? = nil) async throws(Gate.TimedOut) -> Bool {
        guard claimEnd() else {
            try await throwIfTimedOut()
            return false
        }
        await gate.settle(self, answer: answer)
        return true
    }

    /// Closes the call by its failure rule.
    func fail(because reason: RefundReason) async throws(Gate.TimedOut) {
        guard claimEnd() else { return try await throwIfTimedOut() }
        await gate.closeFailed(self, after: reason)
    }

    @discardableResult
    func refund(because reason: RefundReason) async -> Bool {
        guard claimEnd() else { return false }
        await gate.refund(self, because: reason)
        return true
    }

    /// Called when the last reference to the call's handle is released. If the call is still open, closes it by its
    /// failure rule, in a task that keeps the gate and the call alive.
    func abandon() {
        guard claimEnd() else { return }
        Task { await gate.closeFailed(self, after: .dropped) }
    }

    /// Closes the call by its failure rule, even if its handler still runs.
    ///
    /// - Returns: false when the call was already closed.
    func abandonNow(because reason: RefundReason) async -> Bool {
        guard claimEnd() else { return false }
        await gate.closeFailed(self, after: reason)
        return true
    }

    /// - Throws: ``Gate/TimedOut``, after the charge is closed.
    func throwIfTimedOut() async throws(Gate.TimedOut) {
        if case .timedOut(let closing) = end { throw await closing.value }
    }
}

extension OpenCall {
    /// The settlement of a successful call: the price of the reported units, or the quote if nothing was reported. For
    /// a kind of unit that was never reported, the quoted amount counts.
    func settlement(answer: [UInt8]?) -> Settlement {
        let reported = reported
        guard reported.isEmpty else { return settlement(of: reported, answer: answer) }
        return Settlement(overrun: quote.overrun, debtLimit: quote.debtLimit, result: answer)
    }

    /// The settlement of a failed call that isn't refunded: its fixed price, or the price of the units it reported.
    /// Quoted units don't count, so they are recorded as not used.
    var failureSettlement: Settlement {
        let used = quote.units.mapValues { _ in 0 }.merging(reported) { $1 }
        return settlement(of: used, answer: nil)
    }

    private func settlement(of used: Units, answer: [UInt8]?) -> Settlement {
        do throws(InvalidInput) {
            return try quote.settlement(of: used, answer: answer)
        } catch {
            preconditionFailure("each report was priced when it was made: \(error)")
        }
    }
}
