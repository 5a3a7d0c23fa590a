extension OpenCall {
    /// Settles the call.
    ///
    /// - Parameter result: the stored answer for repeats under the call's key.
    /// - Returns: false when the call was already closed.
    @discardableResult
    func settle(result: [UInt8]? = nil) async throws(Gate.TimedOut) -> Bool {
        guard claimEnd() else {
            try await throwIfTimedOut()
            return false
        }
        await gate.settle(self, result: result)
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

extension Gate {
    /// Closes a failed call by its failure rule. Waits until that is on disk.
    ///
    /// - Returns: the cost of the call.
    @discardableResult
    func closeFailed(_ call: OpenCall, after reason: RefundReason) async -> Credits {
        guard call.keepsPrice(after: reason) else {
            await refund(call, because: reason)
            return 0
        }
        return await settleFailed(call)
    }
}
