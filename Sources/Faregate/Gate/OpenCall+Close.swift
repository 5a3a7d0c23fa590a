extension OpenCall {
    /// Closes the call at what it cost.
    ///
    /// - Parameter result: what repeats under the call's key are answered.
    /// - Returns: false when the call was closed before.
    @discardableResult
    func settle(result: [UInt8]? = nil) async throws(TimedOut) -> Bool {
        guard claimEnd() else {
            try await throwIfTimedOut()
            return false
        }
        await gate.settle(self, result: result)
        return true
    }

    /// Closes the call by its failure rule.
    func fail(because reason: RefundReason) async throws(TimedOut) {
        guard claimEnd() else { return try await throwIfTimedOut() }
        await gate.closeFailed(self, after: reason)
    }

    @discardableResult
    func refund(because reason: RefundReason) async -> Bool {
        guard claimEnd() else { return false }
        await gate.refund(self, because: reason)
        return true
    }

    /// Nobody holds the call's handle any more: what is still open is closed by the failure rule, in a task that keeps the
    /// gate and the call.
    func abandon() {
        guard claimEnd() else { return }
        Task { await gate.closeFailed(self, after: .dropped) }
    }

    /// Closes the call by its failure rule although its handler may still run.
    ///
    /// - Returns: false when the call was closed before.
    func abandonNow(because reason: RefundReason) async -> Bool {
        guard claimEnd() else { return false }
        await gate.closeFailed(self, after: reason)
        return true
    }

    /// - Throws: ``TimedOut``, once the charge is closed.
    func throwIfTimedOut() async throws(TimedOut) {
        if case .timedOut(let closing) = end { throw await closing.value }
    }
}

extension Gate {
    /// Closes a call that failed, by its failure rule. Waits for the disk.
    ///
    /// - Returns: what the call costs.
    @discardableResult
    func closeFailed(_ call: OpenCall, after reason: RefundReason) async -> Credits {
        guard call.keepsPrice(after: reason) else {
            await refund(call, because: reason)
            return 0
        }
        return await settleFailed(call)
    }
}
