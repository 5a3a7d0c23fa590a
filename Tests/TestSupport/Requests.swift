package import Faregate
import FaregateTesting

extension ChargeRequest {
    package static func generate(
        for account: AccountID = "ana",
        action: String = "generate",
        cost: Credits = 10,
        limits: [LimitCheck] = [],
        key: IdempotencyKey? = nil,
        plans: PlanBook? = nil,
        opening: Credits? = nil
    ) -> ChargeRequest {
        let terms = ChargeTerms(
            action: action,
            limits: limits,
            plans: plans ?? .free(opening),
            policyVersion: "test",
            rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1)
        )
        return ChargeRequest(account: account, cost: cost, under: terms, key: key)
    }
}

extension AccountBalance {
    /// The credits alone.
    package var sums: AccountBalance {
        AccountBalance(
            total: total,
            used: used,
            held: held,
            remaining: remaining,
            expired: expired,
            reversed: reversed,
            debt: debt,
            sources: sources
        )
    }
}

extension AccountBalance? {
    package var sums: AccountBalance? { map(\.sums) }
}

extension PlanBook {
    /// One plan, "free", which grants these credits once.
    package static func free(_ credits: Credits?...) -> PlanBook {
        let grants = credits.compactMap { $0 }.map { Policy.Plan.Grant(credits: $0, every: .once) }
        let free = Policy.Plan(name: "free", grants: grants)
        return PlanBook(plans: ["free": free], defaultPlan: free)
    }
}

extension LedgerBackend {
    /// Settles the whole hold; true if that closed the charge.
    package func settle(_ charge: ChargeID, at now: Timestamp) async throws(LedgerError) -> Bool {
        if case .settled = try await settle(charge, .whole, at: now) { true } else { false }
    }

    package func settleLater(
        _ charge: ChargeID,
        at now: Timestamp,
        completion: @escaping @Sendable (Result<Bool, LedgerError>) -> Void
    ) {
        settleLater(charge, .whole, at: now) { result in
            completion(result.map { if case .settled = $0 { true } else { false } })
        }
    }
}

extension LedgerBackend {
    package func give(
        _ credits: Credits,
        to account: AccountID = "ana",
        reference: GrantReference,
        source: GrantSource = .promotion,
        priority: Int = 0,
        expiresAt: Timestamp = .never,
        for actions: [String]? = nil,
        at now: Timestamp = newYear
    ) async throws {
        let request = try GrantRequest(
            account: account,
            credits: credits,
            source: source,
            reference: reference,
            priority: priority,
            expiresAt: expiresAt,
            actions: actions
        )
        guard case .granted = try await grant(request, at: now) else { throw TestFailure("not granted") }
    }

    /// Makes a charge that must be allowed.
    package func hold(_ request: ChargeRequest, at now: Timestamp = newYear) async throws -> ChargeID {
        switch try await charge(request, at: now) {
        case .held(let id, _, _): return id
        case .refused(let refusal): throw TestFailure("refused: \(refusal)")
        }
    }
}
