extension Gate {
    /// The way of one call: charge, handler, close.
    func pass<Value: Sendable>(
        _ call: Call,
        through action: String,
        _ failing: Failing,
        _ isFailure: (Value) -> Bool,
        storing: (Value) -> [UInt8]?,
        _ operation: @escaping @Sendable (Charge) async throws -> Value
    ) async throws -> Value {
        let (charge, timeout) = try await take(action, for: call)
        let value: Value
        do {
            value = try await withTimeout(milliseconds: timeout, clock: clock) {
                // The caller may have been cancelled while the credits were taken: then the handler doesn't start.
                try Task.checkCancellation()
                charge.meter.start()
                return try await operation(charge)
            }
            try Task.checkCancellation()
        } catch let timeout as TimeoutPassed {
            let charged = await close(charge, after: .timedOut, failing)
            throw TimedOut(timeout: .milliseconds(timeout.milliseconds), charged: charged)
        } catch {
            // By the task and not by the error: many libraries throw errors of their own when their task is cancelled.
            await close(charge, after: Task.isCancelled ? .cancelled : .threw, failing)
            throw error
        }
        if isFailure(value) {
            await close(charge, after: .failedResponse, failing)
        } else {
            await settle(charge, result: storing(value))
        }
        return value
    }

    /// Closes the charge of a call that failed.
    ///
    /// - Returns: what the call costs.
    @discardableResult
    private func close(_ charge: Charge, after reason: RefundReason, _ failing: Failing) async -> Credits {
        guard case .settlesWhatWasReported = failing, charge.meter.keepsPrice(after: reason) else {
            await refund(charge, because: reason)
            return 0
        }
        return await settleFailed(charge)
    }
}
