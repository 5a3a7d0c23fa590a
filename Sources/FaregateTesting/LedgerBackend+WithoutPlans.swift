package import Faregate

/// For tests without plans.
extension LedgerBackend {
    package func extend(
        _ charge: ChargeID,
        by credits: Credits,
        at now: Timestamp
    ) async throws(LedgerError) -> HoldExtension? {
        try await extend(charge, by: credits, under: .empty, at: now)
    }

    package func settle(
        _ charge: ChargeID,
        _ settlement: Settlement,
        at now: Timestamp
    ) async throws(LedgerError) -> SettleResult {
        try await settle(charge, settlement, under: .empty, at: now)
    }

    package func settleLater(
        _ charge: ChargeID,
        _ settlement: Settlement,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<SettleResult, LedgerError>) -> Void
    ) {
        settleLater(charge, settlement, under: .empty, at: now, completion: completion)
    }
}
