import Faregate
import Hummingbird

/// The routes of an account's balance, history, prices and standing.
struct CreditsRoutes {
    let gate: Gate

    func add(to router: some RouterMethods<SignedInContext>) {
        router.get("/api/credits", use: credits)
        router.get("/api/credits/history", use: history)
        router.get("/api/prices", use: prices)
        router.get("/api/standing", use: standing)
    }

    @Sendable private func credits(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let balance = try await gate.balance(of: context.account)
        return try .json(CreditsAnswer(account: context.account, balance: balance, policy: gate.policy))
    }

    @Sendable private func history(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let page = try await gate.history(of: context.account, at: HistoryPlace(request))
        return try .json(HistoryAnswer(page))
    }

    @Sendable private func prices(_ request: Request, _ context: SignedInContext) async throws -> Response {
        try .json(await gate.prices(for: context.account))
    }
}

extension CreditsRoutes {
    /// Answers with the account's credits and the actions that they pay for.
    @Sendable private func standing(_ request: Request, _ context: SignedInContext) async throws -> Response {
        try .json(await gate.standing(of: context.account))
    }
}

extension Gate {
    /// Returns what a picture of each size costs the account on its plan.
    func prices(for account: AccountID) async throws -> Prices {
        try Prices(policy, plan: await balance(of: account).plan)
    }
}

/// The price of a picture of each size under the current policy.
struct Prices: Encodable {
    let policyVersion: String
    let small: Credits
    let large: Credits

    init(_ policy: Policy, plan: String?) throws {
        policyVersion = policy.version
        small = try policy.price(of: .small, on: plan)
        large = try policy.price(of: .large, on: plan)
    }

    subscript(_ size: PictureSize) -> Credits { size == .small ? small : large }
}

extension Policy {
    fileprivate func price(of size: PictureSize, on plan: String?) throws -> Credits {
        try quote("generate", attributes: ["size": .string(size.rawValue)], on: plan).cost
    }
}

/// The part of a history that a request asks for.
struct HistoryPlace {
    let cursor: History.Cursor?
    let count: Int

    /// - Throws: ``InvalidInput`` if the query's `cursor` or `count` is invalid.
    init(_ request: Request, count usualCount: Int = 50) throws(InvalidInput) {
        let query = request.uri.queryParameters
        cursor = try query["cursor"].map { text throws(InvalidInput) in try History.Cursor(parsing: String(text)) }
        guard let count = query["count"].map({ Int($0) }) ?? usualCount, (1...500).contains(count) else {
            throw InvalidInput("\"count\" must be a number from 1 to 500")
        }
        self.count = count
    }
}

extension Gate {
    func history(of account: AccountID, at place: HistoryPlace) async throws -> History {
        try await history(of: account, after: place.cursor, count: place.count)
    }
}

struct CreditsAnswer: Encodable {
    let account: AccountID
    let total: Credits
    let held: Credits
    let used: Credits
    let expired: Credits
    let reversed: Credits
    let debt: Credits
    let remaining: Credits
    let sources: AccountBalance.Sources
    /// Whether the balance is low enough to offer more credits.
    let lowBalance: Bool

    init(account: AccountID, balance: AccountBalance, policy: Policy) {
        self.account = account
        total = balance.total
        held = balance.held
        used = balance.used
        expired = balance.expired
        reversed = balance.reversed
        debt = balance.debt
        remaining = balance.remaining
        sources = balance.sources
        lowBalance = balance.isLow(under: policy)
    }
}

extension AccountBalance {
    func isLow(under policy: Policy) -> Bool { remaining < policy.lowBalance || remaining <= 0 }
}

private struct HistoryAnswer: Encodable {
    struct Entry: Encodable {
        let id: Int64
        let at: String
        let kind: History.Entry.Kind
        let credits: Int64
        let action: String?
        let charge: ChargeID?
        let state: ChargeState?
        let source: GrantSource?
        let reason: String?
    }

    let entries: [Entry]
    let next: String?

    init(_ page: History) {
        entries = page.entries.map { entry in
            Entry(
                id: entry.id,
                at: entry.at.description,
                kind: entry.kind,
                credits: entry.credits,
                action: entry.action,
                charge: entry.charge,
                state: entry.state,
                source: entry.source,
                reason: entry.reason
            )
        }
        next = page.next.map { String($0.rawValue) }
    }
}
