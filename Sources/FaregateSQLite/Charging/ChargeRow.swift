import Faregate

/// A request with its parts in the form that the statement takes, made outside the writer's thread.
struct ChargeRow: Sendable {
    let request: ChargeRequest
    let shape: ChargeShape
    let price: PriceName
    let attributes: String?

    init(_ request: ChargeRequest) {
        self.request = request
        shape = ChargeShape(limits: request.limits, isFree: request.cost == 0, hasKey: request.key != nil)
        price = PriceName(request)
        attributes = request.attributes.isEmpty ? nil : json(request.attributes)
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
