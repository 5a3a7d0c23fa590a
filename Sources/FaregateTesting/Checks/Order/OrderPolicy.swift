package import Faregate

/// The rules of the recorded calls: a plan with a period that ends during the run, an action without limits, and one
/// limited to 8 calls a day.
package enum OrderPolicy {
    /// 2026-01-01T00:00:00Z, the time of the first calls.
    package static let start = Timestamp(rawValue: 1_767_225_600_000)
    package static let plans: PlanBook = {
        let plan = Policy.Plan(
            name: "free",
            grants: [
                Policy.Plan.Grant(credits: 40, every: .once), Policy.Plan.Grant(credits: 15, every: .day, rollover: 5),
            ]
        )
        return PlanBook(plans: ["free": plan], defaultPlan: plan)
    }()

    private static let days: [[String: ChargeTerms]] = (0..<10).map { day in
        let from = start.advanced(byMilliseconds: Int64(day) * 86_400_000)
        return ["generate": terms("generate", []), "chat": terms("chat", limits(from))]
    }

    private static func limits(_ day: Timestamp) -> [LimitCheck] {
        [
            LimitCheck(
                name: "chat day",
                counter: "chat day",
                max: 8,
                window: .calendar(from: day, until: day.advanced(byMilliseconds: 86_400_000)),
                givesBack: true
            ),
            LimitCheck(
                name: "chat member",
                counter: "chat member",
                scope: .member,
                max: 4,
                window: .rolling(milliseconds: 6 * 3_600_000),
                givesBack: false
            ),
        ]
    }

    private static func terms(_ action: String, _ limits: [LimitCheck]) -> ChargeTerms {
        ChargeTerms(
            action: action,
            limits: limits,
            plans: plans,
            policyVersion: "order",
            rule: Policy.Location(file: "policy.jsonc", line: 1, column: 1),
            refundGraceMilliseconds: 3_600_000,
            lowBalance: 10
        )
    }

    /// Returns the same object for all calls of a day, as a gate does.
    static func terms(of action: String, at now: Timestamp) -> ChargeTerms {
        let day = Int((now.rawValue - start.rawValue) / 86_400_000)
        guard let terms = days[day][action] else { preconditionFailure("no action \(action)") }
        return terms
    }
}

extension LedgerAct {
    func chargeRequest(_ account: AccountID, at now: Timestamp) -> ChargeRequest? {
        guard case .charge(let credits, let action, let member, let key, let request) = self else { return nil }
        do throws(InvalidInput) {
            return ChargeRequest(
                account: account,
                member: try member.map { name throws(InvalidInput) in try MemberID(name) },
                cost: Credits(inRange: credits),
                under: OrderPolicy.terms(of: action, at: now),
                key: try key.map { name throws(InvalidInput) in try IdempotencyKey(name, fingerprint: request) }
            )
        } catch {
            preconditionFailure("\(error)")
        }
    }

    func grantRequest(_ account: AccountID) -> GrantRequest? {
        guard case .grant(let credits, let reference, let expiresAt) = self else { return nil }
        do throws(InvalidInput) {
            return try GrantRequest(
                account: account,
                credits: Credits(inRange: credits),
                source: .promotion,
                reference: GrantReference(reference),
                expiresAt: expiresAt,
                plans: OrderPolicy.plans
            )
        } catch {
            preconditionFailure("\(error)")
        }
    }

    var settlement: Settlement {
        guard case .settle(_, let cost?, let mayOwe) = self else { return .whole }
        return Settlement(cost: Credits(inRange: cost), overrun: mayOwe ? .debt : .cap, debtLimit: mayOwe ? 20 : 0)
    }
}
