extension Refusal: ProblemConvertible {
    /// The refusal as an HTTP answer.
    ///
    /// 402 is in [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110.html#status.402), 429 in
    /// [RFC 6585](https://www.rfc-editor.org/rfc/rfc6585.html#section-4); the rate limit headers follow
    /// [draft-ietf-httpapi-ratelimit-headers-10](https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/10/).
    public var problem: Problem {
        switch reason {
        case .invalidInput:
            problem(400, "Invalid input")
        case .unknownModel:
            problem(400, "Unknown model")
        case .keyRequired:
            problem(400, "Idempotency key required")
        case .suspended:
            problem(403, "Account suspended")
        case .keyInFlight(let charge):
            problem(409, "Call still running", charge.members)
        case .keyCompleted(let charge):
            problem(409, "Call already made", charge.members)
        case .keyReused(let charge):
            problem(422, "Idempotency key reused", charge.members)
        case .limit(let limit, let used, let retryAt):
            limitProblem(limit, used: used, retryAt: retryAt)
        case .insufficientCredits(let required, let available, let debt, _, let packs):
            problem(
                402,
                "Not enough credits",
                [
                    ("required", .integer(required.rawValue)),
                    ("available", .integer(available.rawValue)),
                    ("debt", .integer(debt.rawValue)),
                    ("shortfall", .integer(required.rawValue - available.rawValue + debt.rawValue)),
                    ("packs", .array(packs.map(\.json))),
                ]
            )
        case .unavailable:
            problem(503, "Ledger out of reach", headers: [("Retry-After", "1")])
        }
    }

    /// Without `retryAt`, waiting doesn't help: the answer has no `Retry-After`.
    private func limitProblem(_ limit: Policy.Limit, used: Int64, retryAt: Timestamp?) -> Problem {
        let name = StructuredField.string(limit.name)
        let wait = retryAt.map { $0.secondsRoundedUp(since: at) }
        let reset = wait.map { ";t=\(StructuredField.integer($0))" } ?? ""
        let policy = [
            "q=\(StructuredField.integer(limit.max))", "w=\(limit.window.seconds)",
            "qu=\(StructuredField.string(limit.count.quotaUnit))",
        ]
        var members: [String: Problem.Value] = [
            "violated-policies": .array([.string(limit.name)]),
            "max": .integer(limit.max),
            "used": .integer(used),
        ]
        members["retryAt"] = retryAt.map { .string($0.description) }
        return Problem(
            status: 429,
            type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
            title: "Limit reached",
            detail: description,
            members: members.merging(common) { $1 },
            headers: (wait.map { [("Retry-After", String($0))] } ?? []) + [
                ("RateLimit-Policy", "\(name);\(policy.joined(separator: ";"))"),
                ("RateLimit", "\(name);r=\(StructuredField.integer(limit.max - used))\(reset)"),
            ]
        )
    }

    private func problem(
        _ status: Int,
        _ title: String,
        _ members: [(String, Problem.Value)] = [],
        headers: [(name: String, value: String)] = []
    ) -> Problem {
        Problem(
            status: status,
            type: "urn:faregate:problem:\(reason.kind)",
            title: title,
            detail: description,
            members: Dictionary(members) { first, _ in first }.merging(common) { $1 },
            headers: headers
        )
    }
}

extension Refusal {
    private var common: [String: Problem.Value] { ["action": .string(action), "refusal": .string(id.rawValue)] }
}

extension ChargeID {
    /// Empty for a call that was let through and isn't charged yet.
    fileprivate var members: [(String, Problem.Value)] { rawValue > 0 ? [("charge", .integer(rawValue))] : [] }
}

extension Policy.Limit.Count {
    /// The value of the `qu` parameter: the draft's word for calls, otherwise the word in the policy files.
    fileprivate var quotaUnit: String {
        if case .calls = self { "requests" } else { description }
    }
}

extension Policy.Limit.Window {
    /// The window's length in seconds for the `w` parameter; 30 days for a month, 365 days for a year.
    fileprivate var seconds: Int64 {
        switch self {
        case .within(let duration): Swift.max(1, duration.milliseconds / 1000)
        case .per(.minute): 60
        case .per(.hour): 3600
        case .per(.day): 86_400
        case .per(.week): 604_800
        case .per(.month): 2_592_000
        case .per(.year): 31_536_000
        }
    }
}
