import Faregate

extension ReferenceLedger {
    /// Returns nil if the charge is not held.
    mutating func extend(
        _ charge: ChargeID,
        by credits: Credits,
        under plans: PlanBook,
        at now: Timestamp
    ) -> HoldExtension? {
        guard let known = charges[charge], known.state == .held else { return nil }
        refreshIfDue(known.account, under: plans, at: now)
        let before = spendable(known.request)
        let taken = hold(credits.rawValue, for: charge, at: now)
        return HoldExtension(
            taken: Credits(inRange: taken),
            held: Credits(inRange: known.cost + taken),
            drawdown: Drawdown(before: Credits(inRange: before), after: Credits(inRange: before - taken))
        )
    }
}
