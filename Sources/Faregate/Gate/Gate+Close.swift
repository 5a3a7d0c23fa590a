extension Gate {
    func settle(_ charge: Charge) async {
        switch settling {
        case .withNextCommit:
            let observer = observer
            ledger.settleLater(charge.id, at: clock.now) { result in
                observer(GateEvent(closing: charge, as: .settled(charge), result))
            }
        case .durable:
            await close(charge, as: .settled(charge)) { ledger, now throws(LedgerError) in
                try await ledger.settle(charge.id, at: now)
            }
        }
    }

    /// Waits for the disk even when the task is cancelled: a ledger's writes don't take notice of that.
    func refund(_ charge: Charge, because reason: RefundReason) async {
        await close(charge, as: .refunded(charge, reason)) { ledger, now throws(LedgerError) in
            try await ledger.refund(charge.id, because: reason, at: now)
        }
    }

    private func close(
        _ charge: Charge,
        as event: GateEvent,
        _ step: (any Ledger, Timestamp) async throws(LedgerError) -> Bool
    ) async {
        let result: Result<Bool, LedgerError>
        do throws(LedgerError) {
            result = .success(try await step(ledger, clock.now))
        } catch {
            result = .failure(error)
        }
        observer(GateEvent(closing: charge, as: event, result))
    }
}
