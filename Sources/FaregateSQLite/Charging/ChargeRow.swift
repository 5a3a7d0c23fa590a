import Faregate

/// A request with its parts in the form that the statement takes, made outside the writer's thread.
final class ChargeRow: Sendable {
    let request: ChargeRequest
    let now: Timestamp
    let shape: ChargeShape
    let price: PriceName
    let attributes: String?
    /// Of each limit its window, `max` and `amount`.
    let limits: [BoundLimit]
    /// The limits that only count.
    let shadows: [LimitCheck]

    struct BoundLimit {
        let from, until, max, amount: Int64
    }

    init(_ request: ChargeRequest, at now: Timestamp) {
        self.request = request
        self.now = now
        shape = ChargeShape(limits: request.limits, isFree: request.cost == 0, hasKey: request.key != nil)
        price = PriceName(request)
        attributes = request.attributes.isEmpty ? nil : json(request.attributes)
        shadows = request.limits.filter { !$0.isEnforced }
        limits = request.limits.map { limit in
            let window = limit.window.range(at: now)
            // What counts nothing always fits.
            let max = limit.amount > 0 ? limit.max : .max
            return BoundLimit(from: window.from, until: window.until, max: max, amount: limit.amount)
        }
    }
}

/// What makes a price of its own in the ledger.
struct PriceName: Hashable, Sendable {
    let action: String
    let policyVersion: String
    let rule: SourceLocation
    let refundGraceMilliseconds: Int64

    init(_ request: ChargeRequest) {
        action = request.action
        policyVersion = request.policyVersion
        rule = request.rule
        refundGraceMilliseconds = request.refundGraceMilliseconds
    }
}
